import { z } from 'zod'
import { Finding } from './issue.ts'

const text = z.string().max(100_000)

/** An issue as a flow reports it; its place, quads and id come from the host. */
export const FlowIssue = Finding.extend({
  /** One of the types of its agents, or one that the flow declares. */
  type: z.string().min(1).max(200),
  /** Left out, the flow itself. */
  agent: z.string().min(1).max(100).optional(),
  text,
  sourceSentence: text,
  explanation: text,
  suggestedFix: text.nullable(),
})
export type FlowIssue = z.infer<typeof FlowIssue>

const FlowAgentStatus = z.enum(['done', 'partial', 'failed', 'skipped'])

/** What a flow that reviews documents comes to. */
export const FlowOutput = z.strictObject({
  issues: z.array(FlowIssue).max(10_000),
  /** How its agents fared; the issues of one that is partial or failed do not count. */
  agents: z.record(z.string().max(100), FlowAgentStatus).optional(),
})
export type FlowOutput = z.infer<typeof FlowOutput>

/** What a flow that reviews documents gets; `ctx.document.read` takes the id. */
export const DocumentInput = z.strictObject({ document: z.string() })
export type DocumentInput = z.infer<typeof DocumentInput>
