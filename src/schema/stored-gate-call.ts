import { z } from 'zod'
import { ModelParameters } from './config.ts'
import { ModelMessage } from './model.ts'

/** What a gated run asked of a model about one hidden example, and what came of it. */
export const GateCall = z.object({
  agent: z.string(),
  /** As the flow calls the model, and what it is; null where there is none of that name. */
  alias: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** The prompt; null where no model replied and the run had asked more in vain than is kept. */
  messages: z.array(ModelMessage).nullable(),
  /** What the answer was to look like, as a JSON Schema in a text; null where the prompt is, and where it can be no JSON. */
  schema: z.string().nullable().default(null),
  schemaName: z.string().nullable().default(null),
  /** Those of the model, and the agent's own in place of them; null where the prompt is. */
  parameters: ModelParameters.nullable().default(null),
  /** As JSON, checked; null when there was none. */
  answer: z.json(),
  /** What the model said where that could not be used; null where it could, and where it said nothing. */
  said: z.string().nullable().default(null),
  /** Why there was none: a stable code. */
  fault: z.string().nullable(),
  /** Of a kept answer, what it once cost. */
  inputTokens: z.number().nonnegative().nullable(),
  outputTokens: z.number().nonnegative().nullable(),
  /** Whether the answer was there from an equal question before, so that no model was asked. */
  isKept: z.boolean(),
})
export type GateCall = z.infer<typeof GateCall>
