import { z } from 'zod'

/** What one person spent on one model in one calendar month. */
export const StoredSpend = z.object({
  person: z.string(),
  /** As flows name it. */
  model: z.string(),
  /** Null where no price is set. */
  currency: z.string().nullable(),
  requests: z.int().nonnegative(),
  /** Of these; `cost` lacks them. */
  requestsWithoutCost: z.int().nonnegative(),
  cost: z.number().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
})
export type StoredSpend = z.infer<typeof StoredSpend>
