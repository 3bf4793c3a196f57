import path from 'node:path'
import type { RunEnvironments } from '../flow/environment-models.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { EnvironmentName, SettingsOf } from '../schema/environment.ts'
import type { Environment, ServerConfig } from './server-config.ts'

/**
 * With whose connections a server runs flows: its own flow with those of the environment that it is for,
 * what engineers send with those of `dev`, or of its own where there is no `dev`.
 * @param flow its folder, from which files of recordings are looked for
 */
export function runEnvironments(
  { environments, directory }: ServerConfig,
  { own, flow }: { own: EnvironmentName | null; flow: string },
): RunEnvironments {
  const hasDev = environments.some(({ name }) => name === 'dev')
  const models = environments.map(({ name, models: all }) => {
    const moved = Object.entries(all).map(([alias, settings]) => {
      return [alias, seenFrom(flow, settings, directory)] as const
    })
    return [name, Object.fromEntries(moved)] as const
  })
  return { own, foreign: hasDev ? 'dev' : own, models: new Map(models) }
}

function seenFrom(flow: string, settings: ModelSettings, directory: string): ModelSettings {
  const { recordings } = settings
  if (recordings === undefined) return settings
  return { ...settings, recordings: path.relative(flow, path.resolve(directory, recordings)) }
}

/** Of those that the server has, by name. */
export function settingsOf(environments: readonly Environment[]): SettingsOf {
  const byName = new Map(environments.map((one) => [one.name, one]))
  return (name) => (name === null ? null : (byName.get(name) ?? null))
}
