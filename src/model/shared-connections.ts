import { contentHash } from '../lib/content-hash.ts'
import type { ModelSettings } from '../schema/config.ts'
import {
  type Connections,
  type ConnectionsOptions,
  createAccountQueues,
  openConnections,
} from './connections.ts'

export type SharedConnections = {
  /** To these models, asked with their own parameters. Closed with the rest. */
  to(models: ConnectionsOptions['models']): Connections
} & AsyncDisposable

/**
 * What runs at the same time keeps to the limits of an account together, whichever version of a flow or
 * bundle it is of: parameters, which belong to prompts, make no connection of their own.
 */
export function createSharedConnections(
  options: Omit<ConnectionsOptions, 'models' | 'accounts'>,
): SharedConnections {
  const accounts = createAccountQueues(options.clock)
  const open = new Map<string, Connections>()
  return {
    to(models) {
      const key = contentHash(Object.entries(models).map(withoutParameters))
      const found = open.get(key) ?? openConnections({ ...options, models, accounts })
      open.set(key, found)
      return withParameters(found, models)
    },
    async [Symbol.asyncDispose]() {
      for (const own of open.values()) await own[Symbol.asyncDispose]()
    },
  }
}

function withoutParameters([alias, settings]: [string, ModelSettings]) {
  const { parameters: _parameters, ...connection } = settings
  return [alias, connection] as const
}

/** Whoever has them closes nothing: others use the same. */
function withParameters(shared: Connections, models: Record<string, ModelSettings>): Connections {
  return {
    ...shared,
    find(alias) {
      const found = shared.find(alias)
      return found && { ...found, settings: models[alias] ?? found.settings }
    },
    async [Symbol.asyncDispose]() {},
  }
}
