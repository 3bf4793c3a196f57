import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { ModelSettings } from '../schema/config.ts'
import type { Access } from './provider-access.ts'

export type Fetch = typeof globalThis.fetch

/**
 * The provider's own client, imported only now. It is called directly, never by a bare string:
 * a string would go to its vendor's gateway.
 */
export async function loadLanguageModel(
  settings: ModelSettings,
  access: Access,
  fetch: Fetch,
): Promise<LanguageModelV4> {
  const { model } = settings
  const { provider, baseURL } = access
  // Never undefined, or the client looks for a key in the environment by itself.
  const apiKey = access.apiKey ?? ''
  switch (provider) {
    // `chat`, since servers at other base URLs have no Responses API.
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI({ baseURL, apiKey, fetch }).chat(model)
    }
    case 'azure': {
      const { createAzure } = await import('@ai-sdk/azure')
      return createAzure({ baseURL, apiKey, fetch }).chat(model)
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic({ baseURL, apiKey, fetch }).languageModel(model)
    }
    case 'google': {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google')
      return createGoogleGenerativeAI({ baseURL, apiKey, fetch }).languageModel(model)
    }
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const options = { supportsStructuredOutputs: true, includeUsage: true }
      const server = createOpenAICompatible({ name: 'server', baseURL, apiKey, fetch, ...options })
      return server.chatModel(model)
    }
  }
}
