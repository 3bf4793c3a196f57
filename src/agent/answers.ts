import { z } from 'zod'

/**
 * What a model answers, in the field names of the reference app. Strict: whatever else it says is no
 * issue. The order is the one in which a model writes them: first what it has read, then why.
 */
export const FoundIssues = z.strictObject({
  issues: z.array(
    z.strictObject({
      para_index: z.int().describe('the number in square brackets before the paragraph'),
      source_sentence: z.string().describe('the whole sentence, copied literally'),
      text: z.string().describe('the words at issue, copied literally from that sentence'),
      explanation: z.string().describe('why this is an issue, in one or two sentences'),
      suggested_fix: z
        .string()
        .nullable()
        .describe('what replaces text; empty to delete it; null without a suggestion'),
    }),
  ),
})
export type FoundIssues = z.infer<typeof FoundIssues>

const Verdict = z.strictObject({
  comment_id: z.int().describe('the candidate that is judged'),
  reason_for_suggested_action: z.string().describe('one sentence'),
  suggested_action: z.enum(['KEEP', 'REMOVE']),
  score: z.int().min(0).max(10),
})
export type Verdict = z.infer<typeof Verdict>
export type Verdicts = { issues: Verdict[] }

/** @param count of candidates, numbered from 0: each must be judged, and once */
export function verdictsOn(count: number): z.ZodType<Verdicts> {
  return z.strictObject({ issues: z.array(Verdict) }).refine(
    ({ issues }) => {
      const ids = new Set(issues.map(({ comment_id }) => comment_id))
      const known = [...ids].every((id) => id >= 0 && id < count)
      return known && ids.size === count && issues.length === count
    },
    { error: `Judge each of the ${count} candidates, comment_id 0 to ${count - 1}, exactly once.` },
  )
}
