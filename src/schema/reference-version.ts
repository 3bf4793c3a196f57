import { z } from 'zod'

/**
 * What a version of a flow is for others: they are compared with the `baseline`, which goes on with each
 * that replaces it, and with the `anchor`, which stays, so that many small losses do not add up.
 */
export const ReferenceRole = z.enum(['baseline', 'anchor'])
export type ReferenceRole = z.infer<typeof ReferenceRole>

export const StoredReference = z.object({
  /** Name of the flow. */
  flow: z.string(),
  role: ReferenceRole,
  /** Counts up from 0 for each flow and role. */
  sequence: z.int().nonnegative(),
  /** Hash of the version. */
  version: z.string(),
  markedBy: z.string(),
  markedAt: z.int(),
})
export type StoredReference = z.infer<typeof StoredReference>
