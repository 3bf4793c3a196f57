import { randomUUID } from 'node:crypto'
import { UserFacingError } from '../lib/errors.ts'
import type { Budget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { Connections, OpenConnection } from './connections.ts'
import type { Ledger } from './ledger.ts'
import type { AnswerSettings } from './model-host.ts'
import { createSender } from './send-request.ts'
import type { Sender, SenderParts } from './send-request.ts'

type OpenModel = { settings: AnswerSettings; sender: Sender }

/** The models of one host. */
export type OpenModels = {
  gap(alias: string): string | null
  /** @throws UserFacingError model-not-connected, model-alias-unknown */
  get(alias: string): OpenModel
  /** Nothing more goes out: what waits in any queue is rejected. The first one stays. */
  refuse(error: UserFacingError): void
  readonly refusal: UserFacingError | null
  /** Lets every queue look again at what the budget holds back. */
  look(): void
}

export type OpenModelsOptions = {
  connections: Connections
  ledger: Ledger
  budget: Budget | null
  clock: Clock
  random: () => number
}

export function openModels({ connections, ...options }: OpenModelsOptions): OpenModels {
  const models = new Map<string, OpenModel>()
  const owner = randomUUID()
  let refusal: UserFacingError | null = null
  const open = (alias: string): OpenModel | undefined => {
    const connection = connections.find(alias)
    return connection && openModel(connection, { ...options, owner, refusal: () => refusal })
  }
  return {
    gap: (alias) => connections.gap(alias),
    get(alias) {
      const model = models.get(alias) ?? open(alias)
      if (!model) {
        const sentence = `Model ${alias}: ${connections.gap(alias)}`
        // Unknown: nobody has set it up, or the environment has it no more, or as another one since. Gates tell whose
        // fault that is.
        const code = connections.has(alias) ? 'model-not-connected' : 'model-alias-unknown'
        throw new UserFacingError(code, sentence)
      }
      models.set(alias, model)
      return model
    },
    refuse(error) {
      refusal ??= error
      for (const queue of connections.queues) queue.refuse(owner, refusal)
    },
    get refusal() {
      return refusal
    },
    look() {
      for (const queue of connections.queues) queue.look()
    },
  }
}

function openModel(
  { alias, settings, connection, baseURL, queue, lane, forecast }: OpenConnection,
  {
    budget,
    ...own
  }: Omit<OpenModelsOptions, 'connections'> & Pick<SenderParts, 'owner' | 'refusal'>,
): OpenModel {
  const { provider, model, parameters } = settings
  // What is replayed costs nothing.
  const limit = provider === 'replay' ? null : budget
  const shared = { alias, settings, connection, queue, lane, forecast }
  return {
    settings: { provider, model, baseURL, parameters, recordings: connection.contentHash },
    sender: createSender({ ...shared, ...own, budget: limit }),
  }
}
