import type { ReviewDocument } from '../schema/document.ts'
import type { LabelledIssue } from '../schema/example.ts'
import { isFullyReviewed } from '../schema/fully-reviewed.ts'
import type { Issue } from '../schema/issue.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { ReviewTally } from '../schema/stored-dataset.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { judgedInAll } from './judged-in-all.ts'
import { type NameOf, peopleNames } from './people-names.ts'
import { issuesOfReviews } from './reviewed-issues.ts'

const reviewsAtOnce = 100
const textsAtOnce = 20

/**
 * The documents that are fully reviewed, that with the newest review first: somebody has read all of it and
 * no issue of its newest review is open. Where nobody has read the text, nobody would have added what the
 * agents missed: what was judged there is no truth to measure by.
 */
export async function* reviewedExamples(store: Store): AsyncGenerator<ReviewedExample> {
  const nameOf = await peopleNames(store)
  const splits = ['evaluation' as const, 'test' as const, 'audit' as const]
  for (let before: { createdAt: number; id: string } | undefined; ;) {
    const page = { scopes: [{ splits }], states: ['done' as const], before, limit: reviewsAtOnce }
    const reviews = await store.reviews.list(page)
    yield* examplesOf(store, reviews, nameOf)
    before = reviews.at(-1)
    if (reviews.length < reviewsAtOnce) return
  }
}

type Judged = {
  review: StoredReview
  readBy: ReviewedExample['readBy']
  issues: ReviewedIssue[]
}

/** A few statements for all of them together, however many there are. */
async function* examplesOf(
  store: Store,
  reviews: readonly StoredReview[],
  nameOf: NameOf,
): AsyncGenerator<ReviewedExample> {
  const judged = await fullyReviewed(store, reviews, nameOf)
  // Of those that are judged alone: texts are long.
  const ids = judged.map(({ review }) => review.document)
  const known = new Map((await store.documents.many(ids)).map((one) => [one.id, one]))
  for (let from = 0; from < judged.length; from += textsAtOnce) {
    const some = judged.slice(from, from + textsAtOnce)
    const texts = await store.documents.texts(some.map(({ review }) => review.document))
    for (const one of some) {
      const { document: id, endedAt } = one.review
      const [document, text] = [known.get(id), texts.get(id)]
      if (document?.state !== 'ready' || text === undefined) continue
      // It was forgotten since, and came again: what was found in it is gone.
      if ((endedAt ?? 0) < document.uploadedAt) continue
      yield exampleOf(one, document, text)
    }
  }
}

/** Of these reviews the ones that are the newest of a document that is fully reviewed. */
async function fullyReviewed(
  store: Store,
  reviews: readonly StoredReview[],
  nameOf: NameOf,
): Promise<Judged[]> {
  const states = await store.readMarks.of([...new Set(reviews.map(({ document }) => document))])
  const read = [...states].flatMap(([document, { marks }]) => (marks.length > 0 ? [document] : []))
  const ofDocument = Map.groupBy(await store.reviews.ofDocuments(read), ({ document }) => document)
  const newest = reviews.filter(({ id, document }) => ofDocument.get(document)?.[0]?.id === id)
  const ids = newest.flatMap(({ document }) => ofDocument.get(document) ?? []).map(({ id }) => id)
  const issuesOf = await issuesOfReviews(store, ids, nameOf)
  return newest.flatMap((review): Judged[] => {
    const { id, document, state } = review
    const open = (issuesOf.get(id) ?? []).filter(({ status }) => status === 'open').length
    const { marks = [] } = states.get(document) ?? {}
    if (!isFullyReviewed({ state, open, readers: marks.length })) return []
    const said = (ofDocument.get(document) ?? []).map((one) => issuesOf.get(one.id) ?? [])
    const readBy = marks.map(({ person }) => nameOf(person))
    return [{ review, readBy, issues: judgedInAll(said) }]
  })
}

function exampleOf(
  { review: { id: review }, readBy, issues }: Judged,
  document: StoredDocument,
  { paragraphs }: ReviewDocument,
): ReviewedExample {
  return {
    review,
    document,
    readBy,
    paragraphs: paragraphs.map(({ index, page, text }) => ({ index, page, text })),
    issues: labelsOf(issues),
    verdicts: tallyOf(issues),
  }
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
