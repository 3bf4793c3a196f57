import { z } from 'zod'

/** The answer of a model as JSON, already checked, with the tokens that it once cost. */
export const StoredAnswer = z.object({
  value: z.json(),
  inputTokens: z.number().nonnegative().nullable(),
  outputTokens: z.number().nonnegative().nullable(),
})
export type StoredAnswer = z.infer<typeof StoredAnswer>
