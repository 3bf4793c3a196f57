import type { EnvironmentName } from '../schema/environment.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { ServerConfig } from './server-config.ts'

export type GateEnvironment = {
  /** As the settings of the gate say, or their default. */
  wanted: EnvironmentName
  /** The same, where the server has it; null: each version asks its own models. */
  own: EnvironmentName | null
}

/** Whose models gates ask. */
export function gateEnvironment({
  environments,
  gate = GateSettings.parse({}),
}: Pick<ServerConfig, 'environments' | 'gate'>): GateEnvironment {
  const { environment: wanted } = gate
  return { wanted, own: environments.some(({ name }) => name === wanted) ? wanted : null }
}
