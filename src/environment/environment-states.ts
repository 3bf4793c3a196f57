import { openConnections } from '../model/connections.ts'
import type { Environment as Variables } from '../model/provider-access.ts'
import type { EnvironmentState } from '../schema/api/environments.ts'
import type { Store } from '../store/store.ts'
import { newestReport } from './kept-reports.ts'
import type { Environment, ServerConfig } from './server-config.ts'

type Models = EnvironmentState['models']

/** The environments for people; which models can be asked is looked at once, as it stays so. */
export function createEnvironmentStates(
  { environments, directory }: ServerConfig,
  { store, env }: { store: Pick<Store, 'settings'>; env: Variables },
): () => Promise<EnvironmentState[]> {
  const known = new Map<string, Promise<Models>>()
  const modelsIn = (environment: Environment): Promise<Models> => {
    const models = known.get(environment.name) ?? describeModels(environment, { directory, env })
    known.set(environment.name, models)
    return models
  }
  return () =>
    Promise.all(
      environments.map(async (environment) => ({
        ...environment,
        models: await modelsIn(environment),
        report: await newestReport(store, environment.name),
      })),
    )
}

async function describeModels(
  { models }: Environment,
  options: { directory: string; env: Variables },
): Promise<Models> {
  await using connections = openConnections({ models, ...options })
  return Object.entries(models).map(([alias, { provider, model, price }]) => ({
    alias,
    provider,
    model,
    gap: connections.gap(alias),
    priced: price !== undefined,
  }))
}
