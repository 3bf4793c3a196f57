import { z } from 'zod'

/** A bundle as one person has it; its bytes are a blob. */
export const StoredBundle = z.object({
  /** Of its bytes. */
  sha256: z.string(),
  person: z.string(),
  /** Of the folder that it was made of. */
  name: z.string(),
  bytes: z.int().positive(),
  /** Names of its agents. */
  agents: z.array(z.string()),
  /** The last time, UTC epoch milliseconds. */
  uploadedAt: z.int(),
})
export type StoredBundle = z.infer<typeof StoredBundle>
