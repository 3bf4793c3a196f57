import type { DatasetEntry } from '../schema/stored-dataset.ts'

/** Of a test set, as much as a rotation exchanges. */
const share = 1 / 3

type Entry = Pick<DatasetEntry, 'split' | 'textGroup'>

/**
 * Whether a third of the texts of `test` or more were not in it before, so that it is another test set. What authors
 * have learnt of the one before tells little of it.
 */
export function isNewTestSet(before: readonly Entry[], after: readonly Entry[]): boolean {
  const old = textsOf(before)
  const now = textsOf(after)
  const fresh = [...now].filter((text) => !old.has(text)).length
  return fresh >= now.size * share
}

function textsOf(entries: readonly Entry[]): Set<string> {
  return new Set(entries.flatMap((one) => (one.split === 'test' ? [one.textGroup] : [])))
}
