import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { withProblem } from '../model/ask-model.ts'
import type { Question } from '../model/model-host.ts'
import { misfitOf } from '../model/read-answer.ts'
import type { FlowServices } from './flow-services.ts'

/**
 * Asks a model through the services of a flow and checks the answer on this side; one that does not fit is
 * asked for once more, with what is wrong.
 * @throws UserFacingError answer-invalid, and as `ModelHost.ask`
 */
export async function askThrough<T>(
  services: Pick<FlowServices, 'ask'>,
  question: Question<T>,
): Promise<T> {
  const { alias, agent, schema, schemaName, parameters, origin, sample, place } = question
  const json: Record<string, unknown> = z.toJSONSchema(schema)
  const asked = { alias, agent, schema: json, schemaName, parameters, origin, sample }
  const part = place?.part ?? 0
  let { messages } = question
  let problem = ''
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const value = await services.ask({ ...asked, messages, part })
    const read = schema.safeParse(value)
    if (read.success) return read.data
    problem = misfitOf(read.error, schema)
    messages = withProblem(messages, JSON.stringify(value), problem)
  }
  const sentence = `Model ${alias} gave an answer twice that cannot be used. ${problem}`
  throw new UserFacingError('answer-invalid', sentence)
}
