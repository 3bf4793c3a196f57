import type { DocumentScope } from '../schema/access.ts'
import type { AgentAcceptance } from '../schema/api/flows.ts'
import type { StoredReview } from '../schema/stored-review.ts'
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
  const [tallies, verdicts] = await Promise.all([
    store.parts.tally(ids),
    store.verdicts.newest(ids),
  ])
  const random = new Map(reviews.map(({ id, fullReview }) => [id, fullReview]))
  const said = Map.groupBy(verdicts, ({ review, agent }) => `${review} ${agent}`)
  const agents = new Map<string, Map<string, JudgedDocument>>()
  for (const { review, agent, issues } of tallies) {
    const documents = agents.get(agent) ?? new Map<string, JudgedDocument>()
    agents.set(agent, documents)
    documents.set(review, {
      issues: issues + (documents.get(review)?.issues ?? 0),
      random: random.get(review) ?? false,
      verdicts: said.get(`${review} ${agent}`) ?? [],
    })
  }
  return [...agents].map(([agent, documents]) => agentAcceptance(agent, [...documents.values()]))
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

/** They come newest first. */
function newestOfDocuments(reviews: StoredReview[]): StoredReview[] {
  const newest = new Map<string, StoredReview>()
  for (const review of reviews) {
    if (!newest.has(review.document)) newest.set(review.document, review)
  }
  return [...newest.values()]
}
