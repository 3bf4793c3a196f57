import { z } from 'zod'

/** What went wrong, as a person may read it. */
export const StoredError = z.object({ code: z.string(), message: z.string() })
export type StoredError = z.infer<typeof StoredError>
