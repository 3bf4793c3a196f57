import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { count } from '../../../src/schema/figure-words.ts'

type Sizes = Pick<DatasetVersionEntry, 'splits'>
type Size = Sizes['splits'][number]

/** What a version has more or less than the one before, split by split; null before: it is the first. */
export function changesInWords(version: Sizes, before: Sizes | null): string {
  if (before === null) return 'first version'
  const names = [...new Set([...before.splits, ...version.splits].map(({ split }) => split))]
  const changes = names.flatMap((name) => {
    const change = splitChange(sizeOf(before, name), sizeOf(version, name))
    return change === null ? [] : [`${name}: ${change}`]
  })
  return changes.join('; ')
}

type Counts = Pick<Size, 'examples' | 'issues' | 'hash'>

function sizeOf({ splits }: Sizes, name: Size['split']): Counts {
  return splits.find(({ split }) => split === name) ?? { examples: 0, issues: 0, hash: '' }
}

function splitChange(before: Counts, after: Counts): string | null {
  if (before.hash === after.hash) return null
  const changes = [
    difference(after.examples - before.examples, 'example'),
    difference(after.issues - before.issues, 'issue'),
  ].filter((words) => words !== null)
  return changes.length > 0 ? changes.join(', ') : 'as many, other ones'
}

function difference(by: number, noun: string): string | null {
  if (by === 0) return null
  return `${by > 0 ? '+' : '−'}${count(Math.abs(by), noun)}`
}
