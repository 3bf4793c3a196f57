import { z } from 'zod'
import { Issue } from './issue.ts'

/** The facts of an issue, which stay when its document is forgotten. Offsets are UTF-16. */
export const StoredIssue = z.object({
  id: z.string(),
  review: z.string(),
  agent: z.string(),
  chunk: z.int().nonnegative(),
  type: z.string(),
  score: z.number().min(0).max(10).nullable(),
  unresolved: z.boolean(),
  page: z.int().positive().nullable(),
  paragraph: z.int().nonnegative().nullable(),
  start: z.int().nonnegative().nullable(),
  end: z.int().nonnegative().nullable(),
  /** Null when the document was forgotten. */
  issue: Issue.nullable(),
})
export type StoredIssue = z.infer<typeof StoredIssue>
