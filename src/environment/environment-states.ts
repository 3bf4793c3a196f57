import { openConnections } from '../model/connections.ts'
import type { Environment as Variables } from '../model/provider-access.ts'
import type { EnvironmentState } from '../schema/api/environments.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { KeptReport } from '../store/environment-checks.ts'
import type { Store } from '../store/store.ts'
import { newestReport } from './check-history.ts'
import type { Environment, ServerConfig } from './server-config.ts'

type Models = EnvironmentState['models']
type NameOf = (id: string) => PersonName

/** The environments for people; which models can be asked is looked at once, as it stays so. */
export function createEnvironmentStates(
  { environments, directory }: ServerConfig,
  { store, env }: { store: Pick<Store, 'environmentChecks'>; env: Variables },
): (nameOf: NameOf) => Promise<EnvironmentState[]> {
  const known = new Map<string, Promise<Models>>()
  const modelsIn = (environment: Environment): Promise<Models> => {
    const models = known.get(environment.name) ?? describeModels(environment, { directory, env })
    known.set(environment.name, models)
    return models
  }
  return (nameOf) =>
    Promise.all(
      environments.map(async (environment) => ({
        ...environment,
        models: await modelsIn(environment),
        report: withName(await newestReport(store, environment.name), nameOf),
      })),
    )
}

function withName(report: KeptReport | null, nameOf: NameOf): EnvironmentState['report'] {
  if (report === null) return null
  const { checkedBy } = report
  return { ...report, checkedBy: checkedBy === null ? null : nameOf(checkedBy) }
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
