import type { ReviewedIssue } from '../schema/workplace.ts'

/** What its author took back was never there. */
export function isThere({ origin, status }: Pick<ReviewedIssue, 'origin' | 'status'>): boolean {
  return origin === 'agent' || status !== 'dismissed'
}

/**
 * What people judged in all reviews of a document. Of one place the latest review that says something
 * counts; what only an earlier one has, what was added as missed above all, stays.
 * @param reviews the issues of each, those of the newest one first
 */
export function judgedInAll(reviews: readonly ReviewedIssue[][]): ReviewedIssue[] {
  const said: ReviewedIssue[] = []
  for (const issues of reviews) {
    const judged = issues.filter((one) => isThere(one) && one.status !== 'open')
    const later = [...said]
    said.push(...judged.filter((one) => !later.some((other) => isOfSamePlace(one, other))))
  }
  return said
}

/** Two reviews find the same words seldom to the letter. What could not be placed has its words alone. */
function isOfSamePlace({ issue: one }: ReviewedIssue, { issue: other }: ReviewedIssue): boolean {
  const [a, b] = [one.location, other.location]
  if (one.type !== other.type || a.paragraph !== b.paragraph) return false
  if (a.start === null || a.end === null || b.start === null || b.end === null) {
    return one.text === other.text
  }
  return a.start < b.end && b.start < a.end
}
