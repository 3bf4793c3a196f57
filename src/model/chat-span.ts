import type { Span, SpanAttributes } from '../lib/span.ts'
import type { ModelSettings } from '../schema/config.ts'
import type { ModelUsage } from '../schema/model.ts'
import { cachedAnswerEvent, operations, traceNames } from '../schema/trace-names.ts'
import type { Exchange, ModelConnection, ModelRequest } from './exchange.ts'
import type { Question } from './model-host.ts'

/** What is known of a request besides what it says. */
export type Sending = {
  alias: string
  settings: Pick<ModelSettings, 'provider' | 'model' | 'stream' | 'parameters'>
  server: ModelConnection['server']
  /** From 1. */
  attempt: number
}

/**
 * Does one request on the wire in a span of its own below the agent that asks; another try is another
 * span. An interruption is a failure of the span and stays what it is.
 */
export async function inChatSpan(
  agent: Span,
  { request, ...sending }: Sending & { request: ModelRequest },
  send: () => Promise<Exchange>,
): Promise<Exchange> {
  const name = `${operations.chat} ${sending.settings.model}`
  const span = agent.child(name, describeRequest(request, sending), 'client')
  if (span.content) span.set({ [traceNames.inputMessages]: inputMessages(request) })
  try {
    const exchange = await send()
    span.set(describeExchange(exchange, span.content))
    if (exchange.outcome === 'failed') span.fail(exchange.fault.code)
    return exchange
  } catch (error) {
    span.fail(request.signal?.aborted ? 'interrupted' : 'internal')
    throw error
  } finally {
    span.end()
  }
}

/** What was not sent has no span; the agent's says that there was an answer all the same. */
export function tellCachedAnswer({ span, alias }: Pick<Question<unknown>, 'span' | 'alias'>): void {
  span?.event(cachedAnswerEvent, { [traceNames.modelAlias]: alias })
}

/** As the conventions call them, where they differ. Compatible servers speak OpenAI's protocol. */
const providerNames = new Map<string, string>([
  ['azure', 'azure.ai.openai'],
  ['google', 'gcp.gemini'],
  ['openai-compatible', 'openai'],
])

function describeRequest(
  request: ModelRequest,
  { alias, settings, server, attempt }: Sending,
): SpanAttributes {
  const { temperature, topP, maxOutputTokens, seed } = {
    ...settings.parameters,
    ...request.parameters,
  }
  return {
    [traceNames.operation]: operations.chat,
    [traceNames.provider]: providerNames.get(settings.provider) ?? settings.provider,
    [traceNames.requestModel]: settings.model,
    [traceNames.requestStream]: settings.stream,
    [traceNames.outputType]: 'json',
    [traceNames.requestTemperature]: temperature ?? null,
    [traceNames.requestTopP]: topP ?? null,
    [traceNames.requestMaxTokens]: maxOutputTokens ?? null,
    [traceNames.requestSeed]: seed ?? null,
    [traceNames.modelAlias]: alias,
    [traceNames.attempt]: attempt,
    [traceNames.serverAddress]: server?.address ?? null,
    [traceNames.serverPort]: server?.port ?? null,
  }
}

function describeExchange(exchange: Exchange, content: boolean): SpanAttributes {
  const usage = describeUsage(exchange.usage)
  if (exchange.outcome === 'failed') return usage
  const reason = finishReasons[exchange.outcome]
  return {
    ...usage,
    [traceNames.finishReasons]: [reason],
    [traceNames.outputMessages]: content ? outputMessages(exchange.text, reason) : null,
  }
}

const finishReasons = { answered: 'stop', truncated: 'length', refused: 'content_filter' } as const

function describeUsage(usage: ModelUsage | null): SpanAttributes {
  return {
    [traceNames.inputTokens]: usage?.inputTokens ?? null,
    [traceNames.cachedInputTokens]: usage?.cachedInputTokens ?? null,
    [traceNames.outputTokens]: usage?.outputTokens ?? null,
  }
}

function inputMessages({ messages }: ModelRequest): string {
  return JSON.stringify(messages.map(({ role, content }) => ({ role, parts: [text(content)] })))
}

function outputMessages(answer: string, reason: string): string {
  return JSON.stringify([{ role: 'assistant', parts: [text(answer)], finish_reason: reason }])
}

function text(content: string): { type: 'text'; content: string } {
  return { type: 'text', content }
}
