import { createHash } from 'node:crypto'
import { canonicalJson } from '../lib/content-hash.ts'
import type { Split } from '../schema/access.ts'
import type { Example, LabelledIssue } from '../schema/example.ts'

type ExampleContent = Pick<Example, 'issues' | 'extra'> & {
  /** SHA-256 of the document. */
  document: string
}

type HashedEntry = {
  id: string
  document: string
  /** As `exampleHash` says. */
  hash: string
  group: string
}

/**
 * Of the document and of what is wrong in it. Who labelled it and when is told beside: the same labels of
 * other people are the same content, in any order.
 */
export function exampleHash({ document, issues, extra }: ExampleContent): string {
  const labels = issues.map(labelText).toSorted()
  return sha256(
    JSON.stringify([document, extra === undefined ? null : canonicalJson(extra), labels]),
  )
}

/** What is wrong and where, in a fixed order: keys need no sorting. */
export function labelText(issue: LabelledIssue): string {
  const { sourceSentence, page, paragraph, start, end } = issue.location
  return JSON.stringify([
    issue.type,
    issue.text,
    issue.explanation ?? null,
    issue.suggestedFix ?? null,
    issue.score ?? null,
    issue.ignore ?? false,
    [sourceSentence ?? null, page ?? null, paragraph ?? null, start ?? null, end ?? null],
  ])
}

/**
 * Of one split of a version, which knows nothing of the other splits. Groups are told by their first
 * document: their own names differ between installations.
 */
export function splitHash(split: Split, entries: readonly HashedEntry[]): string {
  const first = new Map<string, string>()
  for (const { group, document } of entries) {
    const before = first.get(group)
    if (before === undefined || document < before) first.set(group, document)
  }
  const lines = entries.map(({ id, hash, group }) => JSON.stringify([id, hash, first.get(group)]))
  return sha256([split, ...lines.toSorted()].join('\n'))
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
