import { Split } from '../schema/access.ts'
import type { VersionChanges } from '../schema/api/dataset-version.ts'
import { type ComparedEntry, diffVersions } from './diff-versions.ts'

/** How much of a version is otherwise than in the one before. */
export function countChanges(
  before: Iterable<ComparedEntry>,
  after: Iterable<ComparedEntry>,
): VersionChanges {
  const diff = diffVersions(before, after)
  const ways = Split.options.flatMap((from) => Split.options.map((to) => ({ from, to })))
  return {
    added: bySplit(diff.added),
    removed: bySplit(diff.removed),
    moved: ways
      .map(({ from, to }) => {
        const moved = diff.moved.filter((one) => one.from === from && one.to === to)
        return { from, to, examples: moved.length }
      })
      .filter(({ examples }) => examples > 0),
    replaced: diff.replaced.length,
    relabelled: diff.relabelled.length,
  }
}

function bySplit(examples: readonly { split: Split }[]): VersionChanges['added'] {
  return Split.options
    .map((split) => ({ split, examples: examples.filter((one) => one.split === split).length }))
    .filter((size) => size.examples > 0)
}
