import type { LabelledIssue } from '../schema/example.ts'

/** One annotator's statement that a document was looked at, also with nothing found (`count` 0). */
export type Submission = {
  document: string
  annotator: string
  /** ISO time, any number of fractional digits. */
  submittedAt: string | null
  count: number | null
}

/**
 * What counts of one document's issues: of each annotator the newest submission only, and what
 * several annotators mark alike (type and place) once.
 *
 * Without times, the last of an annotator's submissions in the file is the newest; its issues are
 * the last `count` ones.
 */
export function newestIssues(
  issues: readonly LabelledIssue[],
  submissions: readonly Submission[],
): LabelledIssue[] {
  const byAnnotator = Map.groupBy(issues, annotatorOf)
  const kept = [...byAnnotator].flatMap(([annotator, own]) => {
    if (annotator === null) return own
    return newestOf(
      own,
      submissions.filter((submission) => submission.annotator === annotator),
    )
  })
  return mergeAnnotators(kept)
}

function newestOf(own: LabelledIssue[], submissions: readonly Submission[]): LabelledIssue[] {
  const times = [...own.map(timeOf), ...submissions.map(({ submittedAt }) => submittedAt)]
  const newest = times
    .filter((time) => time !== null)
    .toSorted(compareTimes)
    .at(-1)
  if (newest !== undefined) return own.filter((issue) => timeOf(issue) === newest)
  const last = submissions.at(-1)?.count ?? null
  const isRepeated = submissions.length > 1 && last !== null
  return isRepeated ? own.slice(Math.max(0, own.length - last)) : own
}

function mergeAnnotators(issues: readonly LabelledIssue[]): LabelledIssue[] {
  const seenBy = new Map<string, unknown>()
  return issues.filter((issue) => {
    const { paragraph, start, end } = issue.location
    const annotator = annotatorOf(issue)
    if (annotator === null || start === undefined) return true
    const key = JSON.stringify([issue.type, paragraph, start, end])
    const isRepeat = seenBy.has(key) && seenBy.get(key) !== annotator
    if (!seenBy.has(key)) seenBy.set(key, annotator)
    return !isRepeat
  })
}

function annotatorOf(issue: LabelledIssue): string | null {
  const annotator = issue.extra?.['annotator']
  return typeof annotator === 'string' ? annotator : null
}

function timeOf(issue: LabelledIssue): string | null {
  const time = issue.extra?.['submitted_at']
  return typeof time === 'string' ? time : null
}

/** Finer than `Date`, which stops at milliseconds: equal ones are told apart by their digits. */
function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b) || fraction(a) - fraction(b)
}

function fraction(time: string): number {
  return Number(`0${/\.\d+/.exec(time)?.[0] ?? ''}`)
}
