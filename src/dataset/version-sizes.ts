import { Split } from '../schema/access.ts'
import type { DatasetEntry, SplitSize, TypeCount } from '../schema/stored-dataset.ts'
import { versionHash } from '../store/version-hash.ts'
import { splitHash } from './version-hash.ts'

/** What the splits of a version hold, those that have examples, and what all of it is called by. */
export function sizesOf(entries: readonly DatasetEntry[]): { splits: SplitSize[]; hash: string } {
  const bySplit = Map.groupBy(entries, ({ split }) => split)
  const splits = Split.options.flatMap((split) => {
    const some = bySplit.get(split) ?? []
    return some.length === 0 ? [] : [sizeOf(split, some)]
  })
  const hashOf = (wanted: Split): string | null =>
    splits.find(({ split }) => split === wanted)?.hash ?? null
  const [evaluation, test, audit] = [hashOf('evaluation'), hashOf('test'), hashOf('audit')]
  return { splits, hash: versionHash({ evaluation, test, audit }) }
}

function sizeOf(split: Split, entries: readonly DatasetEntry[]): SplitSize {
  return {
    split,
    examples: entries.length,
    issues: entries.reduce((sum, { issues }) => sum + issues, 0),
    types: countTypes(entries.flatMap(({ types }) => types)),
    hash: splitHash(split, entries),
  }
}

/** Most frequent first, then by name. */
export function countTypes(counts: readonly TypeCount[]): TypeCount[] {
  const sums = new Map<string, number>()
  for (const { type, issues } of counts) sums.set(type, (sums.get(type) ?? 0) + issues)
  return Array.from(sums, ([type, issues]) => ({ type, issues })).toSorted(
    (a, b) => b.issues - a.issues || (a.type < b.type ? -1 : 1),
  )
}
