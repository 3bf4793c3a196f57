import { z } from 'zod'
import { Issue } from './issue.ts'

/** How one agent fared on one document. */
export const AgentResult = z.object({
  status: z.enum(['done', 'partial', 'failed', 'skipped']),
  issues: z.int().nonnegative(),
  /** From the start of its first part to the end of its last one; null when a server reviewed. */
  ms: z.number().nonnegative().nullable(),
  /** Why it is not `done`, or what was left out. */
  reason: z.string().optional(),
})
export type AgentResult = z.infer<typeof AgentResult>

/** One run of the main flow on one document. */
export const Review = z.object({
  run: z.string(),
  document: z.object({
    file: z.string(),
    sha256: z.string(),
    pages: z.int().nonnegative(),
    pagesWithoutText: z.array(z.int().positive()),
    /** Those of them that OCR read; whatever was found there may be a misread word. */
    pagesReadByOcr: z.array(z.int().positive()),
    language: z.string().nullable(),
  }),
  /** In document order; those without a place come last. */
  issues: z.array(Issue),
  agents: z.record(z.string(), AgentResult),
})
export type Review = z.infer<typeof Review>

/** What stands for a document that could not be reviewed at all. */
export const FailedReview = z.object({
  document: z.object({ file: z.string() }),
  error: z.object({ code: z.string(), message: z.string() }),
  issues: z.array(Issue).length(0),
  agents: z.record(z.string(), AgentResult),
})
export type FailedReview = z.infer<typeof FailedReview>
