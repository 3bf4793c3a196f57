import { z } from 'zod'

/** One message of a prompt. */
export const ModelMessage = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
})
export type ModelMessage = z.infer<typeof ModelMessage>

/** Tokens that a provider counted; null where it did not tell. */
export const ModelUsage = z.object({
  inputTokens: z.number().nonnegative().nullable(),
  /** The part of `inputTokens` that the provider had in its cache. */
  cachedInputTokens: z.number().nonnegative().nullable(),
  outputTokens: z.number().nonnegative().nullable(),
})
export type ModelUsage = z.infer<typeof ModelUsage>

/** What a run sent and spent, failed and repeated requests included. */
export const ModelAccount = z.object({
  /** Requests that went out on the wire. */
  requests: z.int().nonnegative(),
  /** Of these, tries after the first. */
  retries: z.int().nonnegative(),
  /** Questions for which nothing was sent: answered from the journal, or along with an equal one. */
  cached: z.int().nonnegative(),
  /** Questions that in the end had no answer. */
  failed: z.int().nonnegative(),
  inputTokens: z.number().nonnegative(),
  cachedInputTokens: z.number().nonnegative(),
  outputTokens: z.number().nonnegative(),
  /** Requests for which the provider told no usage: the sums above lack them. */
  requestsWithoutUsage: z.int().nonnegative(),
  /** Null when a price or a usage is unknown. */
  cost: z.number().nonnegative().nullable(),
  currency: z.string().nullable(),
})
export type ModelAccount = z.infer<typeof ModelAccount>
