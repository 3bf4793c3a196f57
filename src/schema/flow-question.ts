import { z } from 'zod'
import { ModelParameters } from './config.ts'
import { ModelMessage } from './model.ts'

/** Of what was JSON. Looks at no key: there may be many, and they are not ours. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a flow asks a model, as it crosses from the flow to its host. */
export const FlowQuestion = z.strictObject({
  alias: z.string().max(100),
  agent: z.string().max(100),
  messages: z.array(ModelMessage).min(1).max(1000),
  /** JSON Schema of the answer; the host passes it on and the flow checks the answer. */
  schema: z.custom<Record<string, unknown>>(isRecord),
  schemaName: z.string().regex(/^\w{1,64}$/),
  parameters: ModelParameters,
  origin: z.string().max(200),
  sample: z.string().max(200),
  /** Of the document, from 0: what is earlier is asked first. */
  part: z.int().nonnegative(),
})
export type FlowQuestion = z.infer<typeof FlowQuestion>
