import type { z } from 'zod'
import type { Span } from '../lib/span.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelMessage } from '../schema/model.ts'
import type { ModelRequest } from './exchange.ts'
import type { StoredAnswer } from './model-host.ts'
import type { RunPlace } from './ordered-turns.ts'
import { readAnswer } from './read-answer.ts'
import type { Reply, Sender } from './send-request.ts'

export type Asking = {
  alias: string
  agent: string
  place: RunPlace
  request: ModelRequest
  schema: z.ZodType
  span: Span
}

/**
 * Asks, and asks exactly once more, with what is wrong, when the answer is not what the schema wants.
 * Refusals and answers that were cut off stay what they are: the same question ends the same way.
 * @throws UserFacingError answer-invalid, answer-truncated, model-refused, and those of `Sender`
 */
export async function askModel(sender: Sender, asking: Asking): Promise<StoredAnswer> {
  const { alias, agent, place, request, schema, span } = asking
  const first = await sender.send(request, { agent, place, span, isRepeat: false })
  const answer = readReply(first, asking)
  if (answer.ok) return stored(answer.value, [first])
  const again = { ...request, messages: withProblem(request.messages, first.text, answer.problem) }
  const second = await sender.send(again, { agent, place, span, isRepeat: true })
  const better = readReply(second, { alias, schema })
  if (better.ok) return stored(better.value, [first, second])
  const sentence = `Model ${alias} gave an answer twice that cannot be used. ${better.problem}`
  throw new UserFacingError('answer-invalid', sentence)
}

function readReply(
  reply: Reply,
  { alias, schema }: Pick<Asking, 'alias' | 'schema'>,
): ReturnType<typeof readAnswer> {
  switch (reply.outcome) {
    case 'answered':
      return readAnswer(reply.text, schema)
    case 'truncated': {
      const sentence = `The answer of model ${alias} was cut off at its output limit. Raise models.${alias}.parameters.maxOutputTokens, or ask for less at once.`
      throw new UserFacingError('answer-truncated', sentence)
    }
    case 'refused':
      throw new UserFacingError('model-refused', `Model ${alias} refused to answer.`)
  }
}

/** The question again, with the answer and what is wrong with it. */
export function withProblem(
  messages: ModelMessage[],
  text: string,
  problem: string,
): ModelMessage[] {
  const content = `Your answer cannot be used. ${problem} Answer again with one JSON value of the schema and nothing else.`
  const said: ModelMessage[] = text.trim() === '' ? [] : [{ role: 'assistant', content: text }]
  return [...messages, ...said, { role: 'user', content }]
}

/** With the tokens of all replies that it took. */
function stored(value: unknown, replies: Reply[]): StoredAnswer {
  const sum = (name: 'inputTokens' | 'outputTokens'): number | null =>
    replies.reduce<number | null>((total, { usage }) => {
      const tokens = usage?.[name] ?? null
      return total === null || tokens === null ? null : total + tokens
    }, 0)
  return { value, inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') }
}
