import type { LabelledIssue } from '../schema/example.ts'
import type { Issue } from '../schema/issue.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { ReviewTally } from '../schema/stored-dataset.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { reviewedIssues } from './reviewed-issues.ts'

const reviewsAtOnce = 100

/**
 * The newest full review of each document, newest first, of those whose issues are all judged. In a review
 * that is no full one nobody was asked to add what was missed: what it says is no truth to measure by.
 */
export async function* reviewedExamples(store: Store): AsyncGenerator<ReviewedExample> {
  const seen = new Set<string>()
  const splits = ['evaluation' as const, 'test' as const, 'audit' as const]
  for (let before: { createdAt: number; id: string } | undefined; ;) {
    const page = { scopes: [{ splits }], states: ['done' as const], before, limit: reviewsAtOnce }
    const reviews = await store.reviews.list(page)
    for (const { id, document, fullReview } of reviews) {
      if (!fullReview || seen.has(document)) continue
      seen.add(document)
      const example = await reviewedExample(store, id, document)
      if (example !== null) yield example
    }
    before = reviews.at(-1)
    if (reviews.length < reviewsAtOnce) return
  }
}

async function reviewedExample(
  store: Store,
  review: string,
  id: string,
): Promise<ReviewedExample | null> {
  const document = await store.documents.get(id)
  const text = await store.documents.text(id)
  if (document?.state !== 'ready' || text === null) return null
  const judged = (await reviewedIssues(store, { review, order: 'document' })).filter(isThere)
  if (judged.some(({ status }) => status === 'open')) return null
  return {
    review,
    document,
    paragraphs: text.paragraphs.map(({ index, page, text: words }) => ({
      index,
      page,
      text: words,
    })),
    issues: judged.filter(({ status }) => status !== 'dismissed').map(labelOf),
    verdicts: tallyOf(judged),
  }
}

/** What its author took back was never there. */
function isThere({ origin, status }: ReviewedIssue): boolean {
  return origin === 'agent' || status !== 'dismissed'
}

/** Of what people disagree about finding it counts neither way. */
function labelOf(reviewed: ReviewedIssue): LabelledIssue {
  const { id, type, text, explanation, suggestedFix, location } = withEdits(reviewed)
  const { sourceSentence, page, paragraph, start, end } = location
  const place = { sourceSentence: sourceSentence || null, page, paragraph, start, end }
  const known = Object.entries(place).filter(([, value]) => value !== null)
  return {
    id,
    type,
    text,
    explanation,
    suggestedFix,
    ...(reviewed.status === 'disputed' && { ignore: true }),
    location: Object.fromEntries(known),
  }
}

/** The newest edit counts. */
function withEdits({ issue, verdicts }: ReviewedIssue): Issue {
  const edits = verdicts.flatMap(({ judgement }) =>
    judgement.kind === 'edited' ? [judgement.edit] : [],
  )
  const newest = edits.at(-1)
  return { ...issue, ...(newest && withoutUndefined(newest)) }
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

function tallyOf(judged: ReviewedIssue[]): ReviewTally {
  const count = (check: (one: ReviewedIssue) => boolean): number => judged.filter(check).length
  return {
    accepted: count(({ status, origin }) => status === 'accepted' && origin === 'agent'),
    edited: count(({ status }) => status === 'edited'),
    dismissed: count(({ status }) => status === 'dismissed'),
    disputed: count(({ status }) => status === 'disputed'),
    missed: count(({ status, origin }) => status === 'accepted' && origin === 'person'),
  }
}
