import { contentHash } from '../lib/content-hash.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'

type Models = FlowContent['models']

/** With which connections a server runs versions of flows. */
export type RunEnvironments = {
  /** Of the server's own flow; null: the flow has its own connections. */
  own: EnvironmentName | null
  /** Of what people send; null as above. */
  foreign: EnvironmentName | null
  /** Of each environment that the server has. */
  models: ReadonlyMap<EnvironmentName, Models>
}

export const noEnvironments: RunEnvironments = { own: null, foreign: null, models: new Map() }

/** The flow with the connections of an environment, asked with the flow's own parameters. */
export function contentIn<T extends Pick<FlowContent, 'models'>>(
  content: T,
  name: EnvironmentName | null,
  { models }: RunEnvironments,
): T & { environment?: EnvironmentName } {
  if (name === null) return content
  const here = models.get(name) ?? {}
  return { ...content, environment: name, models: withParameters(here, content.models) }
}

/** Parameters belong to prompts, all else to whoever runs the server. */
export function withParameters(
  here: Models,
  sent: Record<string, Pick<ModelSettings, 'parameters'>>,
): Models {
  const changed = Object.entries(here).map(([alias, settings]) => {
    const { parameters } = sent[alias] ?? settings
    return [alias, { ...settings, parameters }] as const
  })
  return Object.fromEntries(changed)
}

type Kept = Pick<FlowContent, 'environment' | 'models'>

/** Where a version runs; one that was made before the server had an environment runs in its own. */
export function environmentOf({ environment }: Kept, { own }: RunEnvironments) {
  return environment ?? own
}

/**
 * The connections that a version runs with now. What decides answers is as it was made; limits and prices
 * are those of today. A connection that the environment has no more, or to another model, is left out.
 */
export function modelsNow(version: Kept, environments: RunEnvironments): Models {
  const name = environmentOf(version, environments)
  if (name === null) return version.models
  const here = environments.models.get(name) ?? {}
  const still = Object.entries(version.models).flatMap(([alias, { parameters, ...made }]) => {
    const now = here[alias]
    if (now === undefined || targetOf(now) !== targetOf(made)) return []
    return [[alias, { ...now, parameters }] as const]
  })
  return Object.fromEntries(still)
}

/** Of what decides answers: limits and prices may change. Null: versions have their own connections. */
export function modelsHash(
  name: EnvironmentName | null,
  { models }: Pick<RunEnvironments, 'models'>,
): string | null {
  if (name === null) return null
  const here = Object.entries(models.get(name) ?? {})
  return contentHash(
    Object.fromEntries(
      here.map(([alias, made]) => [alias, [targetOf(made), made.parameters ?? null]]),
    ),
  )
}

/** What model is asked, and with whose key. */
function targetOf(settings: Omit<ModelSettings, 'parameters'>): string {
  const { provider, model, baseURL, apiKeyEnv, recordings } = settings
  return contentHash([provider, model, baseURL ?? null, apiKeyEnv ?? null, recordings ?? null])
}
