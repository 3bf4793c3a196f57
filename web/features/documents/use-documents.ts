import { useInfiniteQuery } from '@tanstack/react-query'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'

export type DocumentFilter = {
  search: string
  show: 'all' | 'open' | 'unread' | 'mine' | 'unassigned' | 'failed'
}

const inputs = {
  all: {},
  open: { open: 'true' },
  unread: { unread: 'true' },
  mine: { assigned: 'me' },
  unassigned: { assigned: 'nobody' },
  failed: { state: 'failed' },
} as const

/** Documents, newest first; asked for again and again while something is on its way. */
export function useDocuments({ search, show }: DocumentFilter) {
  return useInfiniteQuery(
    api.documents.list.infiniteOptions({
      input: (after: string | undefined) => ({
        ...inputs[show],
        ...(search !== '' && { search }),
        ...(after !== undefined && { after }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ items }) => items.some(isBusy)) ? 1_500 : 20_000,
    }),
  )
}

function isBusy({ state, newestReview }: DocumentEntry): boolean {
  return state === 'reading' || isRunning(newestReview)
}

function isRunning(review: DocumentEntry['newestReview']): boolean {
  return review?.state === 'queued' || review?.state === 'running'
}
