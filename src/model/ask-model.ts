import type { z } from 'zod'
import type { Span } from '../lib/span.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelMessage } from '../schema/model.ts'
import type { ModelRequest } from './exchange.ts'
import type { Question, StoredAnswer, UnusableReply } from './model-host.ts'
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
} & Pick<Question<unknown>, 'onSent' | 'onUnusable'>

/**
 * Asks, and asks exactly once more, with what is wrong, when the answer is not what the schema wants.
 * Refusals and answers that were cut off stay what they are: the same question ends the same way.
 * @throws UserFacingError answer-invalid, answer-truncated, model-refused, and those of `Sender`
 */
export async function askModel(sender: Sender, asking: Asking): Promise<StoredAnswer> {
  const { agent, place, request, span, onSent } = asking
  const one = { agent, place, span, onSent }
  const first = await sender.send(request, { ...one, isRepeat: false })
  const answer = readReply(first, asking)
  if (answer.ok) return stored(answer.value, [first])
  const again = { ...request, messages: withProblem(request.messages, first.text, answer.problem) }
  const second = await sender.send(again, { ...one, isRepeat: true })
  const better = readReply(second, asking)
  if (better.ok) return stored(better.value, [first, second])
  const sentence = `Model ${asking.alias} gave an answer twice that cannot be used. ${better.problem}`
  throw new UserFacingError('answer-invalid', sentence)
}

function readReply(
  reply: Reply,
  { alias, schema, onUnusable }: Pick<Asking, 'alias' | 'schema' | 'onUnusable'>,
): ReturnType<typeof readAnswer> {
  switch (reply.outcome) {
    case 'answered': {
      const answer = readAnswer(reply.text, schema)
      if (!answer.ok) onUnusable?.(unusable(reply, 'answer-invalid'))
      return answer
    }
    case 'truncated': {
      onUnusable?.(unusable(reply, 'answer-truncated'))
      const sentence = `The answer of model ${alias} was cut off at its output limit. Raise models.${alias}.parameters.maxOutputTokens, or ask for less at once.`
      throw new UserFacingError('answer-truncated', sentence)
    }
    case 'refused':
      onUnusable?.(unusable(reply, 'model-refused'))
      throw new UserFacingError('model-refused', `Model ${alias} refused to answer.`)
  }
}

function unusable({ text, usage }: Reply, fault: UnusableReply['fault']): UnusableReply {
  const { inputTokens = null, outputTokens = null } = usage ?? {}
  return { text, fault, inputTokens, outputTokens }
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
