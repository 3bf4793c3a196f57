import { z } from 'zod'

/** As `after`, for the calls that follow; null: there are none. A run may ask more than is read at a time. */
export const NextCalls = z.int().positive().nullable()

/** How many calls of the run are passed over. */
export const AfterCalls = z.coerce.number().int().nonnegative().default(0)

/** How much was asked of models in one run over one document. */
export const AskedRun = z.object({
  /** Id of the example. */
  document: z.string(),
  /** From 1. */
  run: z.int().positive(),
  calls: z.int().positive(),
})
export type AskedRun = z.infer<typeof AskedRun>
