import type { Actor } from '../access/actor.ts'
import type { Agent } from '../agent/agent.ts'
import { type Flow, pricesAsked } from '../flow/open-flow.ts'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import { findDocument } from './document-entries.ts'
import { drawnAtRandom } from './document-split.ts'
import type { ReviewHost } from './review-host.ts'
import { readAgain } from './read-again.ts'
import { readReviewRules } from './review-settings.ts'
import { agentSkipped } from './review-entries.ts'
import { endReview } from './run-review.ts'

export type ReviewRequest = {
  document: string
  /** Hash of a flow version; the one in use when left out. */
  flow?: string
  /** Only these agents. */
  agents?: string[]
  /** Whether pages without text are read by OCR first. */
  ocr?: boolean
  /** Tries a draft: the review does not become the document's newest. */
  trial?: boolean
}

/**
 * @throws UserFacingError document-not-found, document-not-readable, document-not-ready,
 * document-busy, flow-version-not-found, agent-not-found, budget-exhausted, budget-currency,
 * price-unknown, budget-unknown
 */
export async function startReview(
  host: ReviewHost,
  actor: Pick<Actor, 'id' | 'roles'>,
  request: ReviewRequest,
): Promise<StoredReview> {
  const { store, jobs } = host
  const found = await findDocument(store, actor, request.document)
  const document = request.ocr ? await readAgain(host, found, { ocr: true }) : found
  if (document.state === 'failed' || document.state === 'forgotten') {
    const why = document.error?.message ?? 'It was forgotten.'
    throw new UserFacingError('document-not-readable', `It cannot be reviewed. ${why}`)
  }
  const version = request.flow ?? (await host.flows.current()).hash
  const flow = await host.flows.use(version)
  const agents = chooseAgents(flow, request)
  const prices = pricesAsked({ agents, config: flow.config, asksAll: flow.asksAll })
  await host.budgets.limitsFor(actor.id, prices, await host.flows.environmentOf(version))
  const { randomShare } = await readReviewRules(store)
  const trial = request.trial ?? false
  const random = !trial && drawnAtRandom(host.splitKey, document.sha256, randomShare)
  const review = await store.reviews.create({
    id: timeOrderedId(),
    document: document.id,
    flowVersion: version,
    issueOrder: random ? 'random' : 'document',
    fullReview: random,
    trial,
    requester: actor.id,
  })
  await planAgents(host, review.id, agents)
  await jobs.add('review', { data: { review: review.id }, key: review.id, group: actor.id })
  return review
}

/** What is done stays. False when it had ended. */
export async function stopReview(host: ReviewHost, id: string): Promise<boolean> {
  const ended = await endReview(host, id, { state: 'stopped' })
  // A runner notices by itself that the review has ended; so it is not waited for until its parts are done.
  if (ended) await host.jobs.cancel('review', id)
  return ended
}

function chooseAgents(flow: Flow, request: ReviewRequest): Agent[] {
  const unknown = request.agents?.find((name) => !flow.agents.some((agent) => agent.name === name))
  if (unknown !== undefined) {
    const names = flow.agents.map(({ name }) => name).join(', ')
    throw new UserFacingError(
      'agent-not-found',
      `There is no agent ${unknown}. There are: ${names}.`,
    )
  }
  return flow.agents.filter(({ name }) => request.agents?.includes(name) ?? true)
}

/** Each agent gets its first part, which says that it was asked for. */
async function planAgents({ store }: ReviewHost, review: string, agents: Agent[]): Promise<void> {
  await store.parts.plan(
    review,
    agents.map(({ name }) => ({ agent: name, chunk: 0 })),
  )
  for (const agent of agents) {
    if (agent.status === 'loaded') continue
    const error = { code: agentSkipped, message: agent.reason }
    await store.parts.fail({ review, agent: agent.name, chunk: 0 }, { error, events: [] })
  }
}
