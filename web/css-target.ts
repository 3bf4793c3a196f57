/** Browsers that know `light-dark()` themselves: its imitation does not see Mantine's scheme. */
export const cssTarget = ['chrome123', 'firefox120', 'safari17.5']
