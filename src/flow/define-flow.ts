import type { z } from 'zod'
import type { GrammarFinding } from '../agent/grammar-filter.ts'
import type { ModelParameters } from '../schema/config.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { FlowOutput } from '../schema/flow-output.ts'
import type { ModelMessage } from '../schema/model.ts'

/** A question of a flow's code to a model. */
type ContextQuestion<T> = {
  messages: ModelMessage[]
  /** What the answer must look like; a model that misses it is told so and asked once more. */
  schema: z.ZodType<T>
  /** For providers: letters, digits and underscores. Default: `answer`. */
  schemaName?: string
  /** They win over the alias' own. */
  parameters?: ModelParameters
  /** Tells equal questions apart that are to have answers of their own. Default: 0. */
  shot?: number
}

/** All that a flow reaches of the world: services of its host, which has keys, files and engines. */
export type FlowContext = {
  model(alias: string): {
    /** @throws UserFacingError model-alias-unknown, model-not-connected, rate-limited, answer-invalid and the like */
    ask<T>(question: ContextQuestion<T>): Promise<T>
  }
  document: {
    /** The document of this run; boxes of words are left out. @throws UserFacingError document-unknown */
    read(id: string): Promise<ReviewDocument>
  }
  rules: {
    /** What the grammar checker finds in the document. @throws UserFacingError document-unknown */
    grammar(id: string): Promise<GrammarFinding[]>
  }
  /**
   * The main flow: the agents of the folder over the document's chunks.
   * @param options names of agents, and paragraphs that an agent sees at once (-1 for all); the flow's
   * own when left out
   */
  reviewWithAgents(
    document: ReviewDocument,
    options?: { agents?: string[]; paragraphsPerChunk?: number },
  ): Promise<Required<FlowOutput>>
  signal: AbortSignal
}

export type FlowDefinition<Input, Output> = {
  /** Lower-case letters, digits and hyphens; no agent has the same. */
  name: string
  /** Flows that review documents take `DocumentInput` … */
  input: z.ZodType<Input>
  /** … and give `FlowOutput`. */
  output: z.ZodType<Output>
  /** Types of issues that it reports besides those of its agents. */
  types?: string[]
  run(input: Input, ctx: FlowContext): Promise<Output>
}

/** The default export of a flow's `flow.ts`: gives it types, changes nothing. */
export function defineFlow<Input, Output>(
  definition: FlowDefinition<Input, Output>,
): FlowDefinition<Input, Output> {
  return definition
}
