import { canonicalJson } from '../lib/content-hash.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { connect } from './connect.ts'
import type { Connected } from './connect.ts'
import type { Environment } from './provider-access.ts'
import { createRequestQueue } from './request-queue.ts'
import type { RequestQueue } from './request-queue.ts'
import { createTokenForecast } from './token-estimate.ts'
import type { TokenForecast } from './token-estimate.ts'

/** An alias with all that its requests share, whoever sends them. */
export type OpenConnection = Connected & {
  alias: string
  settings: ModelSettings
  /** Of its account. */
  queue: RequestQueue
  /** Its limits there. */
  lane: string
  forecast: TokenForecast
}

/** The ways to the models of a flow. Several hosts may share them; then they keep to the limits together. */
export type Connections = {
  find(alias: string): OpenConnection | undefined
  /** Whether somebody has set up a model by this name, connected or not. */
  has(alias: string): boolean
  /** Why the model cannot be asked, in one line; null when it can. */
  gap(alias: string): string | null
  queues: readonly RequestQueue[]
} & AsyncDisposable

export type ConnectionsOptions = {
  /** By alias. */
  models: Record<string, ModelSettings>
  /** Where keys and addresses come from. */
  env: Environment
  /** Of the flow. */
  directory: string
  clock?: Clock
  /** Of accounts that others ask, too; own ones when left out. */
  accounts?: AccountQueues
}

/** One queue for each account at a provider, whoever asks it. */
export type AccountQueues = (account: string) => RequestQueue

export function createAccountQueues(clock: Clock = systemClock): AccountQueues {
  const known = new Map<string, RequestQueue>()
  return (account) => {
    const queue = known.get(account) ?? createRequestQueue(clock)
    known.set(account, queue)
    return queue
  }
}

/** Connects each alias to its model, through the queue of its account. Nothing is sent yet. */
export function openConnections(options: ConnectionsOptions): Connections {
  const { accounts = createAccountQueues(options.clock) } = options
  const gaps = new Map<string, string>()
  const connected: (Connected & Pick<OpenConnection, 'alias' | 'settings'>)[] = []
  for (const [alias, settings] of Object.entries(options.models)) {
    const found = connect(settings, options)
    if ('gap' in found) gaps.set(alias, found.gap)
    else connected.push({ ...found, alias, settings })
  }
  const open = new Map<string, OpenConnection>()
  for (const { account, ...one } of connected) {
    const queue = accounts(account)
    const lane = `${one.alias}\n${canonicalJson(one.settings.limits)}`
    queue.join(lane, one.settings.limits)
    open.set(one.alias, { ...one, account, queue, lane, forecast: createTokenForecast() })
  }
  return {
    find: (alias) => open.get(alias),
    has: (alias) => Object.hasOwn(options.models, alias),
    gap(alias) {
      if (open.has(alias)) return null
      return gaps.get(alias) ?? unknownAlias(alias, Object.keys(options.models))
    },
    queues: [...new Set([...open.values()].map(({ queue }) => queue))],
    async [Symbol.asyncDispose]() {
      for (const { connection } of open.values()) await connection[Symbol.asyncDispose]()
    },
  }
}

function unknownAlias(alias: string, known: string[]): string {
  return known.length === 0
    ? `no model ${alias} is set up: name it under models in proofloop.config.ts.`
    : `proofloop.config.ts names no model ${alias}; it has ${known.join(', ')}.`
}
