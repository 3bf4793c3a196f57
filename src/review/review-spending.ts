import { type Flow, pricesAsked } from '../flow/open-flow.ts'
import { refusalIn, UserFacingError } from '../lib/errors.ts'
import { keptAnswers } from '../model/kept-answers.ts'
import type { ModelHost } from '../model/model-host.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { ReviewHost } from './review-host.ts'

/** Milliseconds between looks at what is spent, by this review and by others. */
const lookEvery = 500

type Spender = { review: StoredReview; shared: Flow; agents: string[] }

/**
 * The flow for one review: what it spends is added to the month of who asked for it, what it may spend is
 * limited, and its answers are kept, so that a review which is started again does not pay for them
 * twice. Whoever opens it closes it.
 */
export async function openReviewFlow(
  host: ReviewHost,
  { review, shared, agents }: Spender,
): Promise<Flow> {
  const prices = pricesAsked(shared, agents)
  if (Object.keys(prices).length === 0) return { ...shared, async [Symbol.asyncDispose]() {} }
  const environment = await host.flows.environmentOf(review.flowVersion)
  const look = () => host.budgets.limitsFor(review.requester, prices, environment)
  // A store that fails says nothing of the budget.
  const budget = await look().catch(refusalIn)
  const isRefused = budget instanceof UserFacingError
  const answers = keptAnswers(host.store, await apartFor(host, review))
  const limited = isRefused ? {} : { budget }
  const flow = await host.flows.open(review.flowVersion, { agents, answers, ...limited })
  if (isRefused) flow.models.refuse(budget)
  const spending = watchSpending(host, {
    spender: { person: review.requester, environment },
    models: flow.models,
    look,
  })
  return {
    ...flow,
    async [Symbol.asyncDispose]() {
      try {
        await spending.end()
      } finally {
        await flow[Symbol.asyncDispose]()
      }
    },
  }
}

/**
 * A hidden document shares answers with no other: a review of the same text elsewhere, which then costs
 * nothing, would tell that it is there.
 */
async function apartFor({ store }: ReviewHost, review: StoredReview): Promise<string | null> {
  const document = await store.documents.get(review.document)
  return document?.split === 'evaluation' ? null : review.document
}

type Watched = {
  spender: { person: string; environment: EnvironmentName | null }
  models: ModelHost
  look: () => Promise<unknown>
}

/** Adds to the month while it runs. Others spend at the same time: at the limit nothing more is sent. */
function watchSpending({ budgets }: ReviewHost, { spender, models, look }: Watched) {
  const meter = budgets.meter(spender, () => models.account().byAlias)
  const tell = async (): Promise<void> => {
    await meter.note()
    if (models.refusal() !== null) return
    const refusal = await look().then(() => null, refusalIn)
    if (refusal !== null) models.refuse(refusal)
  }
  let telling = Promise.resolve()
  // What fails is thrown when the review ends.
  const timer = setInterval(() => {
    telling = telling.then(tell)
    telling.catch(stopLooking)
  }, lookEvery)
  function stopLooking(): void {
    clearInterval(timer)
  }
  return {
    async end(): Promise<void> {
      stopLooking()
      try {
        await telling
      } finally {
        await meter.end()
      }
    },
  }
}
