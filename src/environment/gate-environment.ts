import type { ModelSettings } from '../schema/config.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import { sharesAccounts } from './gate-accounts.ts'
import type { ServerConfig } from './server-config.ts'

export type GateEnvironment = {
  /** As the settings of the gate say, or their default. */
  wanted: EnvironmentName
  /** The same, where the server has it; null: each version asks its own models. */
  own: EnvironmentName | null
}

type Asked = {
  env: Record<string, string | undefined>
  /** That the server is for; left out, its own flow has its own connections. */
  serves?: EnvironmentName
  /** Of the flow's own configuration. */
  flowModels: Record<string, ModelSettings>
}

/** By whom the accounts of a gate's models are asked, too; empty where each version asks its own models anyway. */
export function othersOnAccounts(
  config: Pick<ServerConfig, 'environments' | 'gate'>,
  { env, serves, flowModels }: Asked,
): string[] {
  const { own } = gateEnvironment(config)
  const gates = config.environments.find(({ name }) => name === own)?.models
  if (gates === undefined) return []
  const others = new Map<string, Record<string, ModelSettings>>(
    config.environments
      .filter(({ name }) => name !== own)
      .map(({ name, models }) => [name, models]),
  )
  if (serves === own) others.set('the server’s own flow', gates)
  if (serves === undefined) others.set('the flow’s own configuration', flowModels)
  return sharesAccounts({ gates, others }, env)
}

/** Whose models gates ask. */
export function gateEnvironment({
  environments,
  gate = GateSettings.parse({}),
}: Pick<ServerConfig, 'environments' | 'gate'>): GateEnvironment {
  const { environment: wanted } = gate
  return { wanted, own: environments.some(({ name }) => name === wanted) ? wanted : null }
}
