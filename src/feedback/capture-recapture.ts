/**
 * How many issues there are at least, seen or not, from how often each was found in repeated runs
 * (Chao 1987, bias-corrected). A lower bound only: runs of one model miss the same issues.
 *
 * @param counts for each issue that was found, in how many of the runs
 */
export function chao2(counts: readonly number[], occasions: number): number {
  const once = counts.filter((count) => count === 1).length
  const twice = counts.filter((count) => count === 2).length
  const unseen = ((occasions - 1) / occasions) * ((once * (once - 1)) / (2 * (twice + 1)))
  return counts.length + unseen
}

/** The same from two lists and what is on both (Chapman 1951). */
export function chapman(lists: { first: number; second: number; both: number }): number {
  return ((lists.first + 1) * (lists.second + 1)) / (lists.both + 1) - 1
}
