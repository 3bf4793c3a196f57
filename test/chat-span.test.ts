import { expect, test } from 'vitest'
import { inSpan } from '../src/lib/span.ts'
import { inChatSpan } from '../src/model/chat-span.ts'
import type { Exchange, ModelRequest } from '../src/model/exchange.ts'
import { openTrace } from './helpers/open-trace.ts'

const usage = { inputTokens: 900, cachedInputTokens: 512, outputTokens: 40 }
const answered: Exchange = { outcome: 'answered', text: '{"issues":[]}', usage }
const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'Find claims.' },
    { role: 'user', content: 'The plan is guaranteed.' },
  ],
  parameters: { temperature: 1 },
  schema: {},
  schemaName: 'issues',
  sample: 'agent 0/0',
}
const sending = {
  alias: 'careful',
  settings: {
    provider: 'openai-compatible',
    model: 'qwen3',
    stream: true,
    parameters: { temperature: 0, maxOutputTokens: 800 },
  },
  server: { address: 'models.example', port: 443 },
  attempt: 2,
} as const

/** The span of a request that an agent sends. */
async function chatSpan(
  send: () => Promise<Exchange>,
  { content = false, signal }: { content?: boolean; signal?: AbortSignal } = {},
) {
  await using trace = await openTrace({ content })
  const sent = await inSpan(trace.root.child('invoke_agent claims', {}), (agent) =>
    inChatSpan(agent, { ...sending, request: { ...request, signal } }, send),
  ).catch((error: unknown) => error)
  const [chat, agent] = await trace.spans()
  expect(chat?.parentSpanId).toBe(agent?.spanId)
  return { sent, span: chat! }
}

test('a request is a client span below its agent, with model, server and usage', async () => {
  const { sent, span } = await chatSpan(async () => answered)
  expect(sent).toBe(answered)
  expect(span).toMatchObject({ name: 'chat qwen3', kind: 3, status: { code: 0 } })
  expect(span.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'qwen3',
    'gen_ai.request.stream': true,
    'gen_ai.output.type': 'json',
    'gen_ai.request.temperature': 1,
    'gen_ai.request.max_tokens': 800,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 900,
    'gen_ai.usage.cache_read.input_tokens': 512,
    'gen_ai.usage.output_tokens': 40,
    'server.address': 'models.example',
    'server.port': 443,
    'proofloop.model.alias': 'careful',
    'proofloop.request.attempt': 2,
  })
})

test('messages are recorded when content is asked for, in the form of the conventions', async () => {
  const { span } = await chatSpan(async () => answered, { content: true })
  const json = (name: string): unknown => JSON.parse(String(span.attributes[name]))
  expect(json('gen_ai.input.messages')).toEqual([
    { role: 'system', parts: [{ type: 'text', content: 'Find claims.' }] },
    { role: 'user', parts: [{ type: 'text', content: 'The plan is guaranteed.' }] },
  ])
  expect(json('gen_ai.output.messages')).toEqual([
    {
      role: 'assistant',
      parts: [{ type: 'text', content: '{"issues":[]}' }],
      finish_reason: 'stop',
    },
  ])
})

test('a fault is a code; tokens that nobody counted are left out, not 0', async () => {
  const fault = {
    code: 'rate-limited',
    sentence: 'It asks to wait.',
    retry: true,
    retryAfterMs: 100,
  } as const
  const { span } = await chatSpan(async () => ({ outcome: 'failed', usage: null, fault }))
  expect(span.status).toEqual({ code: 2 })
  expect(span.attributes['error.type']).toBe('rate-limited')
  expect(Object.keys(span.attributes).filter((name) => name.includes('usage'))).toEqual([])
  expect(JSON.stringify(span)).not.toContain('wait')
})

test.for([
  ['truncated', 'length'],
  ['refused', 'content_filter'],
] as const)('an answer that is %s ended with %s', async ([outcome, reason]) => {
  const { span } = await chatSpan(async () => ({ ...answered, outcome }))
  expect(span.attributes['gen_ai.response.finish_reasons']).toEqual([reason])
})

test('what is thrown goes on, and the span says no more than that it failed', async () => {
  const error = new Error('The plan is guaranteed.')
  const { sent, span } = await chatSpan(() => Promise.reject(error))
  expect(sent).toBe(error)
  expect(span.attributes['error.type']).toBe('internal')
  expect(JSON.stringify(span)).not.toContain('guaranteed')
})

test('an interruption is told from a bug, whatever its reason', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  const { sent, span } = await chatSpan(() => Promise.reject(signal.reason), { signal })
  expect(sent).toBe(signal.reason)
  expect(span.attributes['error.type']).toBe('interrupted')
})
