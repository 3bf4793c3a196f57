/** Read anew by each page that is opened: labelling begins with what is there now. */
export const readOnce = { staleTime: Infinity, gcTime: 0, refetchOnMount: 'always' } as const
