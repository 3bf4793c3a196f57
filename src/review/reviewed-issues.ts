import { createHash } from 'node:crypto'
import type { Issue } from '../schema/issue.ts'
import type { StoredVerdict } from '../schema/stored-verdict.ts'
import type { Verdict } from '../schema/verdict.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { statusOfVerdicts } from './issue-status.ts'
import { peopleNames, type NameOf } from './people-names.ts'

/** All issues of a review with what people said; those whose text was forgotten are left out. */
export async function reviewedIssues(
  store: Store,
  review: string,
  order: 'document' | 'random',
): Promise<ReviewedIssue[]> {
  const [found, verdicts, nameOf] = await Promise.all([
    store.issues.list(review),
    store.verdicts.list(review),
    peopleNames(store),
  ])
  const byIssue = Map.groupBy(verdicts, ({ issue }) => issue)
  const ofAgents = found.flatMap(({ id, issue }) => {
    if (issue === null) return []
    return [toReviewed({ review, issue, origin: 'agent', verdicts: byIssue.get(id) ?? [], nameOf })]
  })
  const known = new Set(found.map(({ id }) => id))
  const added = [...byIssue].flatMap(([id, said]) => {
    const issue = said[0]?.added ?? null
    if (known.has(id) || issue === null || statusOfVerdicts(said) === null) return []
    return [toReviewed({ review, issue, origin: 'person', verdicts: said, nameOf })]
  })
  const issues = [...ofAgents, ...added].toSorted(inDocumentOrder)
  return order === 'document' ? issues : issues.toSorted(byDraw)
}

/** One issue as it is now; null when there is none, or its text was forgotten. */
export async function reviewedIssue(
  store: Store,
  review: string,
  id: string,
): Promise<ReviewedIssue | null> {
  const [found, verdicts, nameOf] = await Promise.all([
    store.issues.get(id),
    store.verdicts.ofIssue(review, id),
    peopleNames(store),
  ])
  const ofAgent = found?.review === review ? found.issue : null
  const issue = ofAgent ?? verdicts[0]?.added ?? null
  if (issue === null) return null
  return toReviewed({ review, issue, origin: ofAgent ? 'agent' : 'person', verdicts, nameOf })
}

type Parts = {
  review: string
  issue: Issue
  origin: ReviewedIssue['origin']
  verdicts: StoredVerdict[]
  nameOf: NameOf
}

function toReviewed({ review, issue, origin, verdicts, nameOf }: Parts): ReviewedIssue {
  return {
    issue,
    review,
    origin,
    // Who follows the review learns so that an added issue was taken back.
    status: statusOfVerdicts(verdicts) ?? 'dismissed',
    version: verdicts.length,
    verdicts: verdicts.map((verdict) => toVerdict(verdict, nameOf)),
  }
}

function toVerdict(
  { id, issue, person, judgement, createdAt }: StoredVerdict,
  nameOf: NameOf,
): Verdict {
  return { id, issue, person: nameOf(person), judgement, at: createdAt }
}

function inDocumentOrder({ issue: a }: ReviewedIssue, { issue: b }: ReviewedIssue): number {
  const last = Number.MAX_SAFE_INTEGER
  return (
    (a.location.page ?? last) - (b.location.page ?? last) ||
    (a.location.paragraph ?? last) - (b.location.paragraph ?? last) ||
    (a.location.start ?? last) - (b.location.start ?? last) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** The same for everybody and each time, and nobody's choice. */
function byDraw({ issue: a }: ReviewedIssue, { issue: b }: ReviewedIssue): number {
  return draw(a.id) < draw(b.id) ? -1 : 1
}

function draw(id: string): string {
  return createHash('sha256').update(`order ${id}`).digest('hex')
}
