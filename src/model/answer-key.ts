import { contentHash } from '../lib/content-hash.ts'
import type { ModelRequest } from './exchange.ts'
import type { AnswerSettings } from './model-host.ts'

/**
 * The hash of exactly what makes an answer; neither a key nor anything else of the environment enters
 * it but the address that requests go to.
 */
export function answerKey(
  request: ModelRequest,
  { origin, settings }: { origin: string; settings: AnswerSettings },
): string {
  const { messages, parameters, schema, schemaName, sample } = request
  const { provider, model, baseURL, recordings } = settings

  return contentHash({
    origin,
    messages,
    schema,
    schemaName,
    sample,
    parameters,
    provider,
    model,
    baseURL,
    recordings,
  })
}
