import { z } from 'zod'
import { Permission } from './access.ts'
import { Instant } from './workplace.ts'

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  /** Its first characters, to recognise it. */
  hint: z.string(),
  permissions: z.array(Permission),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const StoredApiKey = ApiKey.extend({
  person: z.string(),
  /** SHA-256 (hex) of the secret. */
  secretHash: z.string(),
})
export type StoredApiKey = z.infer<typeof StoredApiKey>
