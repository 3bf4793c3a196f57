import { UserFacingError } from '../lib/errors.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { Budget } from './budget.ts'
import type { Clock } from './clock.ts'
import { connect } from './connect.ts'
import type { Connected } from './connect.ts'
import type { Ledger } from './ledger.ts'
import type { AnswerSettings } from './model-host.ts'
import type { Environment } from './provider-access.ts'
import { createRequestQueue } from './request-queue.ts'
import type { RequestQueue } from './request-queue.ts'
import { createSender } from './send-request.ts'
import type { Sender } from './send-request.ts'

type OpenModel = { settings: AnswerSettings; sender: Sender }

export type OpenModels = {
  /** Why the model cannot be asked, in one line; null when it can. */
  gap(alias: string): string | null
  /** @throws UserFacingError model-not-connected */
  get(alias: string): OpenModel
  /** Rejects what waits in any queue. */
  refuse(error: Error): void
  /** Lets every queue look again at what the budget holds back. */
  look(): void
} & AsyncDisposable

export type OpenModelsOptions = {
  models: Record<string, ModelSettings>
  env: Environment
  /** Of the flow. */
  directory: string
  ledger: Ledger
  budget: Budget | null
  clock: Clock
  random: () => number
}

type Opened = Connected & { alias: string; own: ModelSettings }

/** Connects each alias to its model, through the queue of its account. */
export function openModels(options: OpenModelsOptions): OpenModels {
  const gaps = new Map<string, string>()
  const opened: Opened[] = []
  for (const [alias, own] of Object.entries(options.models)) {
    const found = connect(own, options)
    if ('gap' in found) gaps.set(alias, found.gap)
    else opened.push({ ...found, alias, own })
  }
  const queues: RequestQueue[] = []
  const models = new Map<string, OpenModel>()
  for (const sharing of Map.groupBy(opened, ({ account }) => account).values()) {
    const limits = Object.fromEntries(sharing.map(({ alias, own }) => [alias, own.limits]))
    const queue = createRequestQueue(limits, options.clock)
    queues.push(queue)
    for (const one of sharing) models.set(one.alias, openModel(one, queue, options))
  }

  const gap = (alias: string): string | null => {
    if (models.has(alias)) return null
    return gaps.get(alias) ?? unknownAlias(alias, Object.keys(options.models))
  }
  return {
    gap,
    get(alias) {
      const model = models.get(alias)
      if (model) return model
      throw new UserFacingError('model-not-connected', `Model ${alias}: ${gap(alias)}`)
    },
    refuse(error) {
      for (const queue of queues) queue.refuse(error)
    },
    look() {
      for (const queue of queues) queue.look()
    },
    async [Symbol.asyncDispose]() {
      for (const { connection } of opened) await connection[Symbol.asyncDispose]()
    },
  }
}

function openModel(
  { alias, own, connection, baseURL }: Opened,
  queue: RequestQueue,
  { ledger, budget, clock, random }: OpenModelsOptions,
): OpenModel {
  const { provider, model, parameters } = own
  // What is replayed costs nothing.
  const limit = provider === 'replay' ? null : budget
  const parts = { alias, settings: own, connection, queue, ledger, budget: limit, clock, random }
  return {
    settings: { provider, model, baseURL, parameters, recordings: connection.contentHash },
    sender: createSender(parts),
  }
}

function unknownAlias(alias: string, known: string[]): string {
  return known.length === 0
    ? `no model ${alias} is set up: name it under models in proofloop.config.ts.`
    : `proofloop.config.ts names no model ${alias}; it has ${known.join(', ')}.`
}
