import { z } from 'zod'

/** True positives, false positives, false negatives. */
const DocumentCounts = z.tuple([
  z.number().nonnegative(),
  z.number().nonnegative(),
  z.number().nonnegative(),
])

/** `null` stands for "none": nothing detected, or nothing there. */
export const ConfusionCount = z.object({
  truth: z.string().nullable(),
  detected: z.string().nullable(),
  count: z.number().nonnegative(),
})
export type ConfusionCount = z.infer<typeof ConfusionCount>

/** One run on one document. Counts are by issue type, which is what an agent reports. */
export const RepeatCounts = z.object({
  failed: z.boolean(),
  agents: z.record(z.string(), DocumentCounts),
  /** Pairs count only when they overlap by at least one half. */
  strict: z.record(z.string(), DocumentCounts),
  /** Whether something was found at all, of whatever type. */
  detection: DocumentCounts,
  confusion: z.array(ConfusionCount),
  fixes: z.object({ agreed: z.number().nonnegative(), judged: z.number().nonnegative() }),
  duplicates: z.number().nonnegative(),
  unresolved: z.number().nonnegative(),
})
export type RepeatCounts = z.infer<typeof RepeatCounts>

/** What was measured: recorded outputs, one a repeat, or a flow that was run. */
export const EvaluationSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('outputs'), files: z.array(z.string()) }),
  z.object({
    kind: z.literal('flow'),
    flow: z.string(),
    agents: z.array(z.object({ name: z.string(), type: z.string(), hash: z.string() })),
  }),
])
export type EvaluationSubject = z.infer<typeof EvaluationSubject>

/** What an evaluation is bound to; two runs are comparable when all but `subject` agree. */
export const EvaluationHashes = z.object({
  dataset: z.string(),
  /** How issues are matched and counted, and which types. */
  evaluation: z.string(),
  policy: z.string(),
  subject: z.string(),
})
export type EvaluationHashes = z.infer<typeof EvaluationHashes>

/**
 * A saved evaluation. Counts are never added up here: every figure of a report is made from them.
 */
export const EvaluationRun = z.object({
  format: z.literal('proofloop-evaluation-run-1'),
  dataset: z.string(),
  subject: EvaluationSubject,
  hashes: EvaluationHashes,
  /** Sorted by id; each with the same number of repeats. */
  documents: z
    .array(z.object({ id: z.string(), repeats: z.array(RepeatCounts).min(1) }))
    .min(1)
    .refine(
      (documents) => new Set(documents.map(({ repeats }) => repeats.length)).size === 1,
      'all documents must have the same number of repeats',
    ),
})
export type EvaluationRun = z.infer<typeof EvaluationRun>
