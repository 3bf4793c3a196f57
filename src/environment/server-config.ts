import { existsSync } from 'node:fs'
import path from 'node:path'
import { findConfig, loadConfigFile } from '../flow/load-config.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { GateSettings } from '../schema/gate-settings.ts'
import { EnvironmentName, type EnvironmentSettings } from '../schema/environment.ts'

/** One of the server's environments, with all models that it can ask. */
export type Environment = EnvironmentSettings & {
  name: EnvironmentName
  models: Record<string, ModelSettings>
}

/** What a server is told about itself, once, when it starts. */
export type ServerConfig = {
  /** From which files of recordings are looked for. */
  directory: string
  environments: Environment[]
  /** What a change must show; the defaults when left out. */
  gate?: GateSettings
  /** Where changes come from; none are looked at when left out. */
  changes?: ChangeSettings
}

/**
 * The configuration of a server: the file that is named, else the one in the folder where the server
 * is started. Never that of a flow elsewhere, and never again while it runs: who changes a flow must
 * not change the connections and limits that it is held to.
 * @throws UserFacingError config-not-found, config-invalid
 */
export function loadServerConfig(options: { cwd: string; config?: string }): ServerConfig {
  const file = fileOf(options)
  if (file === null) return { directory: options.cwd, environments: [] }
  const { models, environments = {}, gate, changes } = loadConfigFile(file)
  const named = EnvironmentName.options.flatMap((name): Environment[] => {
    const settings = environments[name]
    if (settings === undefined) return []
    const all = Object.entries({ ...models, ...settings.models })
    const capped = all.map(([alias, model]) => [alias, withinLimits(model, settings)] as const)
    return [{ ...settings, name, models: Object.fromEntries(capped) }]
  })
  return {
    directory: path.dirname(file),
    environments: named,
    ...(gate && { gate }),
    ...(changes && { changes }),
  }
}

/** What one connection may carry, where the environment allows less than it says itself. */
function withinLimits(
  model: ModelSettings,
  { limits, capacity }: Pick<EnvironmentSettings, 'limits' | 'capacity'>,
): ModelSettings {
  const { concurrency, requestsPerMinute, tokensPerMinute, ...rest } = model.limits
  return {
    ...model,
    limits: {
      ...rest,
      concurrency: Math.min(concurrency, capacity.requests ?? Infinity),
      requestsPerMinute: least(requestsPerMinute, limits.requestsPerMinute),
      tokensPerMinute: least(tokensPerMinute, limits.tokensPerMinute),
    },
  }
}

function least(own: number | undefined, most: number | null): number | undefined {
  return most === null ? own : Math.min(own ?? Infinity, most)
}

function fileOf({ cwd, config }: { cwd: string; config?: string }): string | null {
  if (config === undefined) return findConfig(cwd)
  const file = path.resolve(cwd, config)
  if (existsSync(file)) return file
  throw new UserFacingError('config-not-found', `There is no file ${config}. Check --config.`)
}

/** @throws UserFacingError environment-not-found */
export function findEnvironment({ environments }: ServerConfig, name: string): Environment {
  const found = environments.find((environment) => environment.name === name)
  if (found !== undefined) return found
  const known = environments.map((environment) => environment.name).join(', ')
  const sentence =
    known === ''
      ? `The server's configuration has no environments. Write \`export default { environments: { dev: {} } }\` into proofloop.config.ts in the folder where the server is started (or add them to what it exports), or name a file with --config.`
      : `There is no environment ${name} in the server's configuration; it has ${known}.`
  throw new UserFacingError('environment-not-found', sentence)
}
