import type { Split } from '../schema/access.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { CopyCluster } from './check-copies.ts'

/** Copies and near-copies of each other, in a version, of which one or more came with it. */
export type NewCopies = {
  /** How many sets of them. */
  sets: number
  /** The first hundred. */
  found: { examples: { id: string; split: Split }[] }[]
}

const mostFound = 100

export const noCopies: NewCopies = { sets: 0, found: [] }

/** @param options.fresh ids of what came; `entries` are all of the version, without what was left out */
export function newCopies(
  clusters: readonly Pick<CopyCluster, 'examples'>[],
  { fresh, entries }: { fresh: ReadonlySet<string>; entries: readonly DatasetEntry[] },
): NewCopies {
  const splitOf = new Map(entries.map(({ id, split }) => [id, split]))
  const sets = clusters
    .filter(({ examples }) => examples.some(({ id }) => fresh.has(id)))
    .map(({ examples }) => ({
      examples: examples.flatMap(({ id }) => {
        const split = splitOf.get(id)
        return split === undefined ? [] : [{ id, split }]
      }),
    }))
    .filter(({ examples }) => examples.length > 1)
  return { sets: sets.length, found: sets.slice(0, mostFound) }
}
