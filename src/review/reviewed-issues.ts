import { hash } from 'node:crypto'
import type { Issue } from '../schema/issue.ts'
import type { StoredVerdict } from '../schema/stored-verdict.ts'
import type { Verdict } from '../schema/verdict.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { IssueText } from '../store/issues.ts'
import type { Store } from '../store/store.ts'
import { statusOfVerdicts } from './issue-status.ts'
import { peopleNames, type NameOf } from './people-names.ts'

type Wanted = { review: string; order: 'document' | 'random' }

/** All issues of a review with what people said; those whose text was forgotten are left out. */
export async function reviewedIssues(store: Store, wanted: Wanted): Promise<ReviewedIssue[]> {
  const found = await store.issues.list(wanted.review)
  const rows = found.map(({ issue, ...place }) => ({ ...place, content: issue }))
  const all = await judged(store, wanted, { rows, contentOf: (issue) => issue })
  return all.map(({ content: issue, ...said }) => ({ issue, ...said }))
}

/** Those of many reviews, in document order, by review. @param nameOf the people */
export async function issuesOfReviews(
  store: Pick<Store, 'issues' | 'verdicts'>,
  reviews: string[],
  nameOf: NameOf,
): Promise<Map<string, ReviewedIssue[]>> {
  const [issues, verdicts] = await Promise.all([
    store.issues.ofReviews(reviews),
    store.verdicts.ofReviews(reviews),
  ])
  const issuesOf = Map.groupBy(issues, ({ review }) => review)
  const verdictsOf = Map.groupBy(verdicts, ({ review }) => review)
  const all = reviews.map((review) => {
    const rows = (issuesOf.get(review) ?? []).map(({ issue, ...place }) => {
      return { ...place, content: issue }
    })
    const said = { verdicts: verdictsOf.get(review) ?? [], nameOf }
    const wanted = { review, order: 'document' as const }
    const found = withVerdicts(wanted, { rows, contentOf: (issue: Issue) => issue }, said)
    return [review, found.map(({ content: issue, ...rest }) => ({ issue, ...rest }))] as const
  })
  return new Map(all)
}

/** The same as JSON, for who only passes it on: issues are put into it as they were kept. */
export async function reviewedIssuesJson(store: Store, wanted: Wanted): Promise<string> {
  const found = await store.issues.texts(wanted.review)
  const rows = found.map(({ json, ...place }) => ({ ...place, content: json }))
  const contentOf = (issue: Issue): string => JSON.stringify(issue)
  const all = await judged(store, wanted, { rows, contentOf })
  const texts = all.map(
    ({ content, ...said }) => `{"issue":${content},${JSON.stringify(said).slice(1)}`,
  )
  return `[${texts.join(',')}]`
}

type Place = Pick<IssueText, 'id' | 'page' | 'paragraph' | 'start'>

type Found<Content> = {
  rows: (Place & { content: Content | null })[]
  /** Of an issue that a person added. */
  contentOf: (issue: Issue) => Content
}

/** Issues of agents and of people, in order. */
async function judged<Content>(
  store: Pick<Store, 'verdicts' | 'people'>,
  wanted: Wanted,
  found: Found<Content>,
): Promise<Judged<Content>[]> {
  const [verdicts, nameOf] = await Promise.all([
    store.verdicts.list(wanted.review),
    peopleNames(store),
  ])
  return withVerdicts(wanted, found, { verdicts, nameOf })
}

type Judged<Content> = { content: Content } & Omit<ReviewedIssue, 'issue'>

function withVerdicts<Content>(
  { review, order }: Wanted,
  { rows, contentOf }: Found<Content>,
  { verdicts, nameOf }: { verdicts: readonly StoredVerdict[]; nameOf: NameOf },
): Judged<Content>[] {
  const byIssue = Map.groupBy(verdicts, ({ issue }) => issue)
  const ofAgents = rows.flatMap(({ content, ...place }) => {
    if (content === null) return []
    return [{ ...place, content, origin: 'agent' as const, said: byIssue.get(place.id) ?? [] }]
  })
  const known = new Set(rows.map(({ id }) => id))
  const added = [...byIssue].flatMap(([id, said]) => {
    const issue = said[0]?.added ?? null
    if (known.has(id) || issue === null || statusOfVerdicts(said) === null) return []
    const { page, paragraph, start } = issue.location
    const content = contentOf(issue)
    return [{ id, page, paragraph, start, content, origin: 'person' as const, said }]
  })
  const all = inOrder([...ofAgents, ...added], order)
  return all.map(({ content, origin, said }) => {
    return { content, ...toSaid({ review, origin, verdicts: said, nameOf }) }
  })
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
  const origin = ofAgent ? 'agent' : 'person'
  return { issue, ...toSaid({ review, origin, verdicts, nameOf }) }
}

type Parts = {
  review: string
  origin: ReviewedIssue['origin']
  verdicts: StoredVerdict[]
  nameOf: NameOf
}

function toSaid({ review, origin, verdicts, nameOf }: Parts): Omit<ReviewedIssue, 'issue'> {
  return {
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

function inOrder<Item extends Place>(items: Item[], order: Wanted['order']): Item[] {
  if (order === 'document') return items.toSorted(byPlace)
  const draws = new Map(items.map(({ id }) => [id, draw(id)]))
  return items.toSorted((a, b) => ((draws.get(a.id) ?? '') < (draws.get(b.id) ?? '') ? -1 : 1))
}

function byPlace(a: Place, b: Place): number {
  const last = Number.MAX_SAFE_INTEGER
  return (
    (a.page ?? last) - (b.page ?? last) ||
    (a.paragraph ?? last) - (b.paragraph ?? last) ||
    (a.start ?? last) - (b.start ?? last) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** The same for everybody and each time, and nobody's choice. */
function draw(id: string): string {
  return hash('sha256', `order ${id}`)
}
