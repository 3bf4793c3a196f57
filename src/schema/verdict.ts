import { z } from 'zod'

/** What an edit changed; a field that is left out stays as the agent wrote it. */
export const IssueEdit = z.strictObject({
  explanation: z.string().min(1).max(10_000).optional(),
  /** Null: no suggestion. */
  suggestedFix: z.string().max(10_000).nullable().optional(),
})
export type IssueEdit = z.infer<typeof IssueEdit>

/** Why an issue was dismissed: one of the offered reasons, words of one's own, or both. */
export const DismissalReason = z.strictObject({
  kind: z.enum(['not-an-issue', 'wrong-place', 'bad-fix', 'duplicate', 'known', 'other']),
  text: z.string().max(2_000).optional(),
})
export type DismissalReason = z.infer<typeof DismissalReason>

/** What a person says of an issue. `edited` counts as accepted; `undone` takes one's last word back. */
export const Judgement = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted') }),
  z.strictObject({ kind: z.literal('dismissed'), reason: DismissalReason.nullable() }),
  z.strictObject({ kind: z.literal('edited'), edit: IssueEdit }),
  z.strictObject({ kind: z.literal('missed') }),
  z.strictObject({ kind: z.literal('undone') }),
])
export type Judgement = z.infer<typeof Judgement>

/**
 * One entry of the append-only feedback on an issue. The newest of a person wins; several persons may
 * judge one issue. `missed` is the first entry of an issue that a person added.
 */
export const Verdict = z.object({
  id: z.string(),
  issue: z.string(),
  person: z.object({ id: z.string(), name: z.string() }),
  judgement: Judgement,
  /** UTC, milliseconds since 1970. */
  at: z.int(),
})
export type Verdict = z.infer<typeof Verdict>

/** What the verdicts of all people come to; `disputed` when they disagree. */
export const IssueStatus = z.enum(['open', 'accepted', 'edited', 'dismissed', 'disputed'])
export type IssueStatus = z.infer<typeof IssueStatus>
