import { z } from 'zod'

/** What may be spent in a calendar month (UTC); null: no limit. */
export const Budget = z.object({
  currency: z.string().min(1).max(20),
  perMonth: z.number().nonnegative().nullable(),
  perPersonAndMonth: z.number().nonnegative().nullable(),
})
export type Budget = z.infer<typeof Budget>
