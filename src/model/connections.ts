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
  forecast: TokenForecast
}

/** The ways to the models of a flow. Several hosts may share them; then they keep to the limits together. */
export type Connections = {
  find(alias: string): OpenConnection | undefined
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
}

/** Connects each alias to its model, through the queue of its account. Nothing is sent yet. */
export function openConnections(options: ConnectionsOptions): Connections {
  const { clock = systemClock } = options
  const gaps = new Map<string, string>()
  const connected: (Connected & Pick<OpenConnection, 'alias' | 'settings'>)[] = []
  for (const [alias, settings] of Object.entries(options.models)) {
    const found = connect(settings, options)
    if ('gap' in found) gaps.set(alias, found.gap)
    else connected.push({ ...found, alias, settings })
  }
  const queues: RequestQueue[] = []
  const open = new Map<string, OpenConnection>()
  for (const sharing of Map.groupBy(connected, ({ account }) => account).values()) {
    const limits = Object.fromEntries(sharing.map((one) => [one.alias, one.settings.limits]))
    const queue = createRequestQueue(limits, clock)
    queues.push(queue)
    for (const one of sharing) {
      open.set(one.alias, { ...one, queue, forecast: createTokenForecast() })
    }
  }
  return {
    find: (alias) => open.get(alias),
    gap(alias) {
      if (open.has(alias)) return null
      return gaps.get(alias) ?? unknownAlias(alias, Object.keys(options.models))
    },
    queues,
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
