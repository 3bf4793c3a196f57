import { z } from 'zod'
import type { ModelUsage } from '../schema/model.ts'

const Count = z.number().nonnegative().nullish().catch(null)

/** Of all providers at once: no two of them use a name for different things. */
const RawUsage = z.object({
  prompt_tokens: Count,
  completion_tokens: Count,
  prompt_tokens_details: z.object({ cached_tokens: Count }).nullish().catch(null),
  // Anthropic's input_tokens are those that were not in its cache.
  input_tokens: Count,
  output_tokens: Count,
  cache_read_input_tokens: Count,
  cache_creation_input_tokens: Count,
  // Google's
  promptTokenCount: Count,
  cachedContentTokenCount: Count,
  candidatesTokenCount: Count,
  thoughtsTokenCount: Count,
})

/**
 * Tokens as the provider counted them, from its own JSON. The clients' figures are not used: they
 * say 0 for what a server did not tell.
 */
export function readUsage(raw: unknown): ModelUsage | null {
  const usage = RawUsage.safeParse(raw).data
  if (usage === undefined) return null
  const inputTokens =
    usage.prompt_tokens ??
    usage.promptTokenCount ??
    sum(usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens)
  const cachedInputTokens =
    usage.prompt_tokens_details?.cached_tokens ??
    usage.cache_read_input_tokens ??
    usage.cachedContentTokenCount ??
    null
  const outputTokens =
    usage.completion_tokens ??
    usage.output_tokens ??
    sum(usage.candidatesTokenCount, usage.thoughtsTokenCount)
  if (inputTokens === null && outputTokens === null) return null
  return { inputTokens, cachedInputTokens, outputTokens }
}

/** Null when the first is not there. */
function sum(first: number | null | undefined, ...more: (number | null | undefined)[]) {
  if (first === null || first === undefined) return null
  return more.reduce<number>((total, count) => total + (count ?? 0), first)
}

/** What a body, or one event of a stream, tells of usage: to be merged over what earlier ones told. */
export function rawUsageIn(body: unknown): object {
  if (typeof body !== 'object' || body === null) return {}
  if ('usage' in body) return asObject(body.usage)
  if ('usageMetadata' in body) return asObject(body.usageMetadata)
  return 'message' in body ? rawUsageIn(body.message) : {}
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
