import type { Split } from '../schema/access.ts'
import type { LabelledIssue } from '../schema/example.ts'
import { labelText } from './version-hash.ts'

export type ComparedEntry = {
  id: string
  document: string
  hash: string
  group: string
  split: Split
}

export type VersionDiff = {
  added: { id: string; split: Split }[]
  removed: { id: string; split: Split }[]
  /** To another split. */
  moved: { id: string; from: Split; to: Split }[]
  /** Belongs together with other examples than before. */
  regrouped: string[]
  /** Another document under the same name. */
  replaced: string[]
  /** The same document with other labels. */
  relabelled: string[]
}

/** What differs, in the order of `before`, then of `after`; the time is linear in both. */
export function diffVersions(
  before: Iterable<ComparedEntry>,
  after: Iterable<ComparedEntry>,
): VersionDiff {
  const diff: VersionDiff = {
    added: [],
    removed: [],
    moved: [],
    regrouped: [],
    replaced: [],
    relabelled: [],
  }
  const left = new Map(Array.from(after, (entry) => [entry.id, entry]))
  for (const old of before) {
    const now = left.get(old.id)
    left.delete(old.id)
    if (now === undefined) diff.removed.push({ id: old.id, split: old.split })
    else noteChange(diff, old, now)
  }
  for (const { id, split } of left.values()) diff.added.push({ id, split })
  return diff
}

function noteChange(diff: VersionDiff, old: ComparedEntry, now: ComparedEntry): void {
  const { id } = old
  if (old.split !== now.split) diff.moved.push({ id, from: old.split, to: now.split })
  if (old.group !== now.group) diff.regrouped.push(id)
  if (old.document !== now.document) diff.replaced.push(id)
  else if (old.hash !== now.hash) diff.relabelled.push(id)
}

export type IssueDiff = {
  added: LabelledIssue[]
  removed: LabelledIssue[]
  /** The same type at the same place, told otherwise. */
  changed: { before: LabelledIssue; after: LabelledIssue }[]
}

/** What differs in the labels of one example; several alike are paired one by one. */
export function diffIssues(
  before: readonly LabelledIssue[],
  after: readonly LabelledIssue[],
): IssueDiff {
  const same = pairBy(labelText, before, after)
  const moved = pairBy(placeOf, same.left, same.right)
  return {
    added: moved.right,
    removed: moved.left,
    changed: moved.pairs.map(([old, now]) => ({ before: old, after: now })),
  }
}

type Paired = {
  pairs: [LabelledIssue, LabelledIssue][]
  left: LabelledIssue[]
  right: LabelledIssue[]
}

function pairBy(
  keyOf: (issue: LabelledIssue) => string,
  before: readonly LabelledIssue[],
  after: readonly LabelledIssue[],
): Paired {
  const waiting = Map.groupBy(after, keyOf)
  const paired: Paired = { pairs: [], left: [], right: [] }
  for (const issue of before) {
    const partner = waiting.get(keyOf(issue))?.shift()
    if (partner === undefined) paired.left.push(issue)
    else paired.pairs.push([issue, partner])
  }
  const taken = new Set(paired.pairs.map(([, partner]) => partner))
  return { ...paired, right: after.filter((issue) => !taken.has(issue)) }
}

function placeOf({ type, text, location }: LabelledIssue): string {
  const {
    paragraph = null,
    start = null,
    end = null,
    page = null,
    sourceSentence = null,
  } = location
  // What has no offsets is known by its text alone.
  const where = start === null ? [text, paragraph, page, sourceSentence] : [paragraph, start, end]
  return JSON.stringify([type, where])
}
