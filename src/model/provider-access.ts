import type { ModelProvider, ModelSettings } from '../schema/config.ts'

/** Variables of the environment; always an argument, so that nothing else can reach a key. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The providers that have a server. */
type ServerProvider = Exclude<ModelProvider, 'replay'>

/** Where a model is, and what opens it. */
export type Access = {
  provider: ServerProvider
  baseURL: string
  apiKey: string | null
  /** The variable that holds the key or could hold it, for messages. */
  keyVariable: string | null
}

type Provider = { key: string | null; baseVariable: string | null; baseURL: string | null }

const providers: Record<ServerProvider, Provider> = {
  openai: {
    key: 'OPENAI_API_KEY',
    baseVariable: 'OPENAI_BASE_URL',
    baseURL: 'https://api.openai.com/v1',
  },
  azure: { key: 'AZURE_API_KEY', baseVariable: null, baseURL: null },
  anthropic: {
    key: 'ANTHROPIC_API_KEY',
    baseVariable: 'ANTHROPIC_BASE_URL',
    baseURL: 'https://api.anthropic.com/v1',
  },
  google: {
    key: 'GOOGLE_GENERATIVE_AI_API_KEY',
    baseVariable: null,
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
  },
  'openai-compatible': { key: null, baseVariable: 'OPENAI_BASE_URL', baseURL: null },
}

/** How to reach a model, or a sentence that says which variable or setting is missing. */
export function findAccess(settings: ModelSettings, env: Environment): Access | { gap: string } {
  const { provider } = settings
  if (provider === 'replay') return { gap: 'The provider replay has no server.' }
  const base = findBaseURL({ ...settings, provider }, env)
  if ('gap' in base) return base
  const keyVariable = keyVariableOf({ ...settings, provider }, base.from)
  const apiKey = keyVariable === null ? null : valueOf(env, keyVariable)
  if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) {
    return { gap: `${keyVariable} holds characters that no key has; copy the key again.` }
  }
  const isNeeded = provider !== 'openai-compatible' || settings.apiKeyEnv !== undefined
  if (apiKey === null && isNeeded) {
    const needed = isOnThisMachine(base.url)
      ? 'any word will do as the key of a server on this machine, unless it checks keys'
      : `it must hold a key for ${provider}`
    return { gap: `${keyVariable} is not set; ${needed}.` }
  }
  return { provider, baseURL: base.url, apiKey, keyVariable }
}

type ServerSettings = ModelSettings & { provider: ServerProvider }
type Base = { url: string; from: string | null }

/** `from` is the variable that told it. */
function findBaseURL(settings: ServerSettings, env: Environment): Base | { gap: string } {
  const { provider } = settings
  const { baseVariable, baseURL } = providers[provider]
  if (settings.baseURL !== undefined) return checked(settings.baseURL, 'baseURL', null)
  const fromEnv = baseVariable && valueOf(env, baseVariable)
  if (baseVariable && fromEnv) return checked(fromEnv, baseVariable, baseVariable)
  if (provider === 'azure') return azureBaseURL(env)
  if (baseURL !== null) return { url: baseURL, from: null }
  return { gap: 'baseURL is not set, nor is OPENAI_BASE_URL; one must say where the server is.' }
}

function azureBaseURL(env: Environment): Base | { gap: string } {
  const name = valueOf(env, 'AZURE_RESOURCE_NAME')
  if (name === null) return { gap: 'AZURE_RESOURCE_NAME is not set, nor is baseURL.' }
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)) {
    return { gap: 'AZURE_RESOURCE_NAME is not a name of a resource: letters, digits and hyphens.' }
  }
  return { url: `https://${name}.openai.azure.com/openai`, from: null }
}

function checked(value: string, name: string, from: string | null): Base | { gap: string } {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { gap: `${name} is not a URL that begins with http:// or https://.` }
  }
  if (url.username || url.password) {
    return { gap: `${name} has a user name or a password in it; put the key into a variable.` }
  }
  if (url.search || url.hash) {
    return {
      gap: `${name} ends in a query (?…) or a fragment (#…); it must end where the path does.`,
    }
  }
  return { url: value.replace(/\/+$/, ''), from }
}

/** OPENAI_API_KEY belongs to OPENAI_BASE_URL: it goes to no server that the settings name. */
function keyVariableOf(settings: ServerSettings, baseFrom: string | null): string | null {
  if (settings.apiKeyEnv !== undefined) return settings.apiKeyEnv
  if (settings.provider === 'openai-compatible') return baseFrom && 'OPENAI_API_KEY'
  return providers[settings.provider].key
}

function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url)
  return /^(?:localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)$/.test(
    hostname,
  )
}

/** Empty counts as not set. */
function valueOf(env: Environment, variable: string): string | null {
  return env[variable]?.trim() || null
}
