import type { DocumentScope } from '../schema/access.ts'
import type { AgentAcceptance } from '../schema/api/flows.ts'
import { FlowManifest } from '../schema/flow-manifest.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { NewestVerdict } from '../schema/stored-verdict.ts'
import type { Store } from '../store/store.ts'
import { agentAcceptance, type JudgedDocument } from './agent-acceptance.ts'

const pageSize = 500

/** Of the newest review of each document in the scopes that has ended: how people judged each agent. */
export async function agentsFeedback(
  store: Store,
  scopes: DocumentScope[],
): Promise<AgentAcceptance[]> {
  const reviews = newestOfDocuments(await endedReviews(store, scopes))
  const ids = reviews.map(({ id }) => id)
  const [tallies, verdicts, typeOf] = await Promise.all([
    store.parts.tally(ids),
    store.verdicts.newest(ids),
    agentTypes(store, reviews),
  ])
  const random = new Map(reviews.map(({ id, fullReview }) => [id, fullReview]))
  const said = Map.groupBy(verdicts, ({ review, agent }) => `${review} ${agent}`)
  const missed = missedByType(verdicts)
  const agents = new Map<string, Map<string, JudgedDocument>>()
  for (const { review, agent, issues } of tallies) {
    const documents = agents.get(agent) ?? new Map<string, JudgedDocument>()
    agents.set(agent, documents)
    documents.set(review, {
      issues: issues + (documents.get(review)?.issues ?? 0),
      missed: missed.get(`${review} ${typeOf(review, agent)}`) ?? 0,
      random: random.get(review) ?? false,
      verdicts: said.get(`${review} ${agent}`) ?? [],
    })
  }
  return [...agents].map(([agent, documents]) => agentAcceptance(agent, [...documents.values()]))
}

/** The issue type of an agent, as the flow version has it that reviewed. */
async function agentTypes(
  store: Store,
  reviews: StoredReview[],
): Promise<(review: string, agent: string) => string> {
  const versions = new Map<string, Record<string, string>>()
  for (const hash of new Set(reviews.map(({ flowVersion }) => flowVersion))) {
    const version = await store.flowVersions.get(hash)
    versions.set(hash, FlowManifest.safeParse(version?.manifest).data?.types ?? {})
  }
  const ofReview = new Map(reviews.map((one) => [one.id, versions.get(one.flowVersion) ?? {}]))
  return (review, agent) => {
    const types = ofReview.get(review) ?? {}
    return (Object.hasOwn(types, agent) ? types[agent] : undefined) ?? agent
  }
}

/** Issues that people added and somebody stands by, by review and type. */
function missedByType(verdicts: NewestVerdict[]): Map<string, number> {
  const stoodBy = verdicts.filter(({ agent, kind }) => agent === null && kind !== 'dismissed')
  const issues = new Map(stoodBy.map(({ issue, review, type }) => [issue, `${review} ${type}`]))
  return new Map(
    [...Map.groupBy(issues.values(), (key) => key)].map(([key, all]) => [key, all.length]),
  )
}

async function endedReviews(store: Store, scopes: DocumentScope[]): Promise<StoredReview[]> {
  const reviews: StoredReview[] = []
  for (;;) {
    const before = reviews.at(-1)
    const page = await store.reviews.list({
      scopes,
      states: ['done', 'partial'],
      limit: pageSize,
      ...(before !== undefined && { before }),
    })
    reviews.push(...page)
    if (page.length < pageSize) return reviews
  }
}

/** They come newest first; what people said of a trial says nothing of the agent in use. */
function newestOfDocuments(reviews: StoredReview[]): StoredReview[] {
  const newest = new Map<string, StoredReview>()
  for (const review of reviews.filter(({ trial }) => !trial)) {
    if (!newest.has(review.document)) newest.set(review.document, review)
  }
  return [...newest.values()]
}
