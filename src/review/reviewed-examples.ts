import type { ReviewDocument } from '../schema/document.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { Issue } from '../schema/issue.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { ReviewTally } from '../schema/stored-dataset.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { type NameOf, peopleNames } from './people-names.ts'
import { issuesOfReviews } from './reviewed-issues.ts'

const reviewsAtOnce = 100
const textsAtOnce = 20

/**
 * The newest full review of each document, newest first, of those whose issues are all judged. In a review
 * that is no full one nobody was asked to add what was missed: what it says is no truth to measure by.
 */
export async function* reviewedExamples(store: Store): AsyncGenerator<ReviewedExample> {
  const seen = new Set<string>()
  const nameOf = await peopleNames(store)
  const splits = ['evaluation' as const, 'test' as const, 'audit' as const]
  for (let before: { createdAt: number; id: string } | undefined; ;) {
    const page = { scopes: [{ splits }], states: ['done' as const], before, limit: reviewsAtOnce }
    const reviews = await store.reviews.list(page)
    const newest = reviews.filter(({ document, fullReview }) => {
      const counts = fullReview && !seen.has(document)
      if (counts) seen.add(document)
      return counts
    })
    yield* examplesOf(store, newest, nameOf)
    before = reviews.at(-1)
    if (reviews.length < reviewsAtOnce) return
  }
}

type Judged = { review: string; document: string; issues: ReviewedIssue[] }

/** A few statements for all of them together, however many there are. */
async function* examplesOf(
  store: Store,
  reviews: readonly Pick<StoredReview, 'id' | 'document'>[],
  nameOf: NameOf,
): AsyncGenerator<ReviewedExample> {
  const issues = await issuesOfReviews(
    store,
    reviews.map(({ id }) => id),
    nameOf,
  )
  const judged = reviews.flatMap(({ id, document }): Judged[] => {
    const own = (issues.get(id) ?? []).filter(isThere)
    const isOpen = own.some(({ status }) => status === 'open')
    return isOpen ? [] : [{ review: id, document, issues: own }]
  })
  // Of those that are judged alone: texts are long.
  const ids = judged.map(({ document }) => document)
  const known = new Map((await store.documents.many(ids)).map((one) => [one.id, one]))
  for (let from = 0; from < judged.length; from += textsAtOnce) {
    const some = judged.slice(from, from + textsAtOnce)
    const texts = await store.documents.texts(some.map(({ document }) => document))
    for (const one of some) {
      const [document, text] = [known.get(one.document), texts.get(one.document)]
      if (document?.state === 'ready' && text !== undefined) yield exampleOf(one, document, text)
    }
  }
}

function exampleOf(
  { review, issues }: Judged,
  document: StoredDocument,
  { paragraphs }: ReviewDocument,
): ReviewedExample {
  return {
    review,
    document,
    paragraphs: paragraphs.map(({ index, page, text }) => ({ index, page, text })),
    issues: labelsOf(issues),
    verdicts: tallyOf(issues),
  }
}

/** What its author took back was never there. */
export function isThere({ origin, status }: ReviewedIssue): boolean {
  return origin === 'agent' || status !== 'dismissed'
}

/** What they dismissed is no label. */
export function labelsOf(judged: readonly ReviewedIssue[]): LabelledIssue[] {
  return judged.filter(({ status }) => status !== 'dismissed').map(labelOf)
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

export function tallyOf(judged: ReviewedIssue[]): ReviewTally {
  const count = (check: (one: ReviewedIssue) => boolean): number => judged.filter(check).length
  return {
    accepted: count(({ status, origin }) => status === 'accepted' && origin === 'agent'),
    edited: count(({ status }) => status === 'edited'),
    dismissed: count(({ status }) => status === 'dismissed'),
    disputed: count(({ status }) => status === 'disputed'),
    missed: count(({ status, origin }) => status === 'accepted' && origin === 'person'),
  }
}
