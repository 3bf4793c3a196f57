import { z } from 'zod'

/** A flow version that was made from another one by changing files of one agent. */
export const StoredDraft = z.object({
  version: z.string(),
  /** The version that it was made from. */
  base: z.string(),
  agent: z.string(),
  author: z.string(),
  createdAt: z.int(),
})
export type StoredDraft = z.infer<typeof StoredDraft>
