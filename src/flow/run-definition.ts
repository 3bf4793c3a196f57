import type { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { FlowOutput } from '../schema/flow-output.ts'
import type { FlowContext, FlowDefinition } from './define-flow.ts'

/** A flow's code with the types of its input and output forgotten: they are checked by its own schemas. */
export type ReviewingFlow = FlowDefinition<unknown, unknown>

/**
 * Runs a flow's code over one document.
 * @throws UserFacingError flow-input-mismatch, flow-output-invalid; and whatever the code throws
 */
export async function runDefinition(
  flow: ReviewingFlow,
  { document, context }: { document: string; context: FlowContext },
): Promise<FlowOutput> {
  const { name, input, output } = flow
  const given = input.safeParse({ document })
  if (!given.success) {
    const sentence = `The input of the flow ${name} is not a document: ${firstOf(given.error)}. Use the schema DocumentInput.`
    throw new UserFacingError('flow-input-mismatch', sentence)
  }
  const own = output.safeParse(await flow.run(given.data, context))
  if (!own.success) throw invalid(name, own.error)
  const issues = FlowOutput.safeParse(own.data)
  if (!issues.success) throw invalid(name, issues.error)
  return issues.data
}

function invalid(name: string, error: z.ZodError): UserFacingError {
  const sentence = `The flow ${name} gave what is no output: ${firstOf(error)}. Use the schema FlowOutput.`
  return new UserFacingError('flow-output-invalid', sentence)
}

function firstOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.map(String).join('.') || 'the whole'}: ${issue?.message}`
}
