import { normalizeReported } from '../place/normalize-text.ts'
import type { ParagraphIndex } from '../place/paragraph-index.ts'
import { type LocatableIssue, resolveIssue } from '../place/resolve-issue.ts'
import { unlimited, type Work } from '../place/work.ts'
import type { PlacedQuote } from './similarity.ts'

/** An issue that is placed in its document and normalised, ready to be compared. */
export interface Comparable extends PlacedQuote {
  /** As it was given. */
  index: number
  /** In document order, the same however the input was ordered. */
  rank: number
  type: string
  id: string
  fix: string | null
  ignore: boolean
}

interface Source extends LocatableIssue {
  type: string
  id?: string | undefined
  suggestedFix?: string | null | undefined
  ignore?: boolean | undefined
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Document order; the rest only keeps the order of equals from depending on the input's. */
function compare(a: Comparable, b: Comparable): number {
  return (
    (a.place?.position ?? Number.MAX_SAFE_INTEGER) -
      (b.place?.position ?? Number.MAX_SAFE_INTEGER) ||
    (a.place?.start ?? 0) - (b.place?.start ?? 0) ||
    (a.place?.end ?? 0) - (b.place?.end ?? 0) ||
    compareText(a.type, b.type) ||
    compareText(a.text, b.text) ||
    compareText(a.sentence, b.sentence) ||
    compareText(a.fix ?? '', b.fix ?? '') ||
    compareText(a.id, b.id) ||
    Number(a.ignore) - Number(b.ignore)
  )
}

/** @throws TooMuchWork */
export function prepareIssues(
  issues: readonly Source[],
  paragraphs: ParagraphIndex,
  work: Work = unlimited,
): Comparable[] {
  const prepared = issues.map((issue, index) => ({
    index,
    rank: 0,
    type: issue.type,
    id: issue.id ?? '',
    place: resolveIssue(issue, paragraphs, work),
    text: normalizeReported(issue.text, work),
    sentence: normalizeReported(issue.location.sourceSentence, work),
    fix:
      typeof issue.suggestedFix === 'string' ? normalizeReported(issue.suggestedFix, work) : null,
    ignore: issue.ignore === true,
  }))
  prepared.sort(compare)
  for (const [rank, issue] of prepared.entries()) issue.rank = rank
  return prepared
}
