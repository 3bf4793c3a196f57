import { Split } from '../schema/access.ts'
import type { FoundLeaks, Leak } from './find-leaks.ts'

/** What somebody may know of: examples of these splits. */
export type Reader = { splits: readonly Split[] }

export type LeakReport = {
  leaks: Leak[]
  /** Left out, since documents that everybody may read have it; null to who may not see all splits. */
  common: number | null
}

/**
 * What a reader may be told of leaks: those of examples that they may read, and nothing, not even a count,
 * of others. So the report of an engineer is the same whatever hidden examples there are.
 */
export function reportLeaks({ leaks, common }: FoundLeaks, { splits }: Reader): LeakReport {
  return {
    leaks: leaks.filter(({ example }) => splits.includes(example.split)),
    common: Split.options.every((split) => splits.includes(split)) ? common : null,
  }
}

/**
 * Examples that a reader may look for copies among. Copies must be looked for among these only: two examples
 * may be connected by a hidden one alone, so no report of a check of all can be cut down to what they may know.
 */
export function readableBy<Example extends { split: Split | null }>(
  examples: readonly Example[],
  { splits }: Reader,
): Example[] {
  return examples.filter(({ split }) => split !== null && splits.includes(split))
}
