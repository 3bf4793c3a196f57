import { expect, test } from 'vitest'
import { z } from 'zod'
import { ModelSettings } from '../schema/config.ts'
import { createConnection } from './connection.ts'
import { answer, rawReply } from './scripted-reply.ts'
import type { ScriptedReply } from './scripted-reply.ts'
import { startScriptedServer } from './scripted-server.ts'

const secret = 'key-0123456789'
const env = {
  AZURE_API_KEY: secret,
  ANTHROPIC_API_KEY: secret,
  GOOGLE_GENERATIVE_AI_API_KEY: secret,
}
const text = '{"issues":["a"]}'
const told = { inputTokens: 20, cachedInputTokens: 8, outputTokens: 5 }

async function exchangeWith(reply: ScriptedReply, settings: object) {
  await using server = await startScriptedServer(() => reply)
  await using connection = createConnection(
    ModelSettings.parse({ baseURL: server.baseURL, ...settings }),
    { env },
  )
  const exchange = await connection.send({
    messages: [
      { role: 'system', content: 'You find issues.' },
      { role: 'user', content: 'A text.' },
      { role: 'assistant', content: '{}' },
      { role: 'user', content: 'That does not fit.' },
    ],
    parameters: { maxOutputTokens: 50 },
    schema: z.toJSONSchema(z.strictObject({ issues: z.array(z.string()) })),
    schemaName: 'issues',
    sample: 'agent 0/0',
  })
  expect(JSON.stringify(exchange)).not.toContain(secret)
  return { exchange, sent: server.requests[0]! }
}

function events(...data: object[]): ScriptedReply {
  const body = data.map((event) => {
    const name = 'type' in event ? `event: ${String(event.type)}\n` : ''
    return `${name}data: ${JSON.stringify(event)}\n\n`
  })
  return rawReply(body.join(''), { headers: { 'content-type': 'text/event-stream' } })
}

function error(status: number, body: object, headers: Record<string, string> = {}): ScriptedReply {
  return rawReply(JSON.stringify(body), { status, headers })
}

const azure = { provider: 'azure', model: 'my-deployment' }

test.each([false, true])('azure answers (streamed: %s)', async (stream) => {
  const reply = answer(text, { usage: { input: 20, cached: 8, output: 5 } })
  const { exchange, sent } = await exchangeWith(reply, { ...azure, stream })
  expect(exchange).toEqual({ outcome: 'answered', text, usage: told })
  expect(sent.headers['api-key']).toBe(secret)
  expect(sent.body).toMatchObject({ response_format: { type: 'json_schema' } })
})

test('azure limits its rate, or refuses a prompt', async () => {
  const limited = { error: { code: '429', message: 'Requests have exceeded the limit.' } }
  const { exchange } = await exchangeWith(error(429, limited, { 'retry-after': '86' }), azure)
  expect(exchange).toMatchObject({ fault: { code: 'rate-limited', retryAfterMs: 86_000 } })
  const inner = { code: 'ResponsibleAIPolicyViolation' }
  const filtered = { error: { code: 'content_filter', message: 'x', innererror: inner } }
  expect((await exchangeWith(error(400, filtered), azure)).exchange).toEqual({
    outcome: 'refused',
    text: '',
    usage: null,
  })
})

const anthropic = { provider: 'anthropic', model: 'claude-sonnet-4-5' }
const claudeUsage = {
  input_tokens: 10,
  cache_read_input_tokens: 8,
  cache_creation_input_tokens: 2,
  output_tokens: 5,
}

function claudeMessage(content: object[], stop = 'end_turn'): object {
  const head = { id: 'm', type: 'message', role: 'assistant', model: 'claude' }
  return { ...head, content, stop_reason: stop, stop_sequence: null, usage: claudeUsage }
}

function claudeStream(stop: string | null): object[] {
  const start = {
    type: 'message_start',
    message: {
      ...claudeMessage([]),
      stop_reason: null,
      usage: { ...claudeUsage, output_tokens: 1 },
    },
  }
  const block = [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  ]
  if (stop === null) return [start, ...block]
  return [
    start,
    ...block,
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ]
}

test('anthropic answers, and its input is told with what was in its cache', async () => {
  const reply = rawReply(JSON.stringify(claudeMessage([{ type: 'text', text }])))
  const { exchange, sent } = await exchangeWith(reply, anthropic)
  expect(exchange).toEqual({ outcome: 'answered', text, usage: told })
  expect(sent.headers['x-api-key']).toBe(secret)
  expect(sent.path).toBe('/v1/messages')
  expect(JSON.stringify(sent.body)).toContain('"json_schema"')
})

test('anthropic answers in a stream', async () => {
  const settings = { ...anthropic, stream: true }
  const { exchange } = await exchangeWith(events(...claudeStream('end_turn')), settings)
  expect(exchange).toEqual({ outcome: 'answered', text, usage: told })
})

test('an older claude answers by the tool that stands for the schema', async () => {
  const call = { type: 'tool_use', id: 't', name: 'json', input: { issues: ['a'] } }
  const reply = rawReply(JSON.stringify(claudeMessage([call], 'tool_use')))
  const settings = { ...anthropic, model: 'claude-3-haiku-20240307' }
  const { exchange } = await exchangeWith(reply, settings)
  expect(exchange).toEqual({ outcome: 'answered', text, usage: told })
})

test('anthropic stops at its limit, refuses, or breaks off: usage is kept', async () => {
  const settings = { ...anthropic, stream: true }
  expect((await exchangeWith(events(...claudeStream('max_tokens')), settings)).exchange).toEqual({
    outcome: 'truncated',
    text,
    usage: told,
  })
  expect((await exchangeWith(events(...claudeStream('refusal')), settings)).exchange).toEqual({
    outcome: 'refused',
    text,
    usage: told,
  })
  expect((await exchangeWith(events(...claudeStream(null)), settings)).exchange).toMatchObject({
    fault: { code: 'answer-incomplete', retry: true },
    usage: { inputTokens: 20, outputTokens: 1 },
  })
})

test('anthropic limits its rate, is overloaded, or wants to be paid', async () => {
  const failure = (type: string, message = 'x') => ({ type: 'error', error: { type, message } })
  const limited = error(429, failure('rate_limit_error'), { 'retry-after': '61' })
  expect((await exchangeWith(limited, anthropic)).exchange).toMatchObject({
    fault: { code: 'rate-limited', retry: true, retryAfterMs: 61_000 },
  })
  const stream = { ...anthropic, stream: true }
  const overloaded = events(...claudeStream(null), failure('overloaded_error'))
  expect((await exchangeWith(overloaded, stream)).exchange).toMatchObject({
    fault: { code: 'model-error', retry: true },
    usage: { inputTokens: 20 },
  })
  const message = 'Your credit balance is too low to access the Anthropic API.'
  const unpaid = error(400, failure('invalid_request_error', message))
  expect((await exchangeWith(unpaid, anthropic)).exchange).toMatchObject({
    fault: { code: 'quota-exhausted', retry: false },
  })
})

const google = { provider: 'google', model: 'gemini-2.5-flash' }
const usageMetadata = {
  promptTokenCount: 20,
  cachedContentTokenCount: 8,
  candidatesTokenCount: 3,
  thoughtsTokenCount: 2,
  totalTokenCount: 25,
}

function gemini(finishReason: string | null): object {
  const content = { role: 'model', parts: [{ text }] }
  return { candidates: [{ content, ...(finishReason && { finishReason }) }], usageMetadata }
}

test('google answers, and its output is told with what it thought', async () => {
  const whole = await exchangeWith(rawReply(JSON.stringify(gemini('STOP'))), google)
  expect(whole.exchange).toEqual({ outcome: 'answered', text, usage: told })
  expect(whole.sent.headers['x-goog-api-key']).toBe(secret)
  expect(whole.sent.path).toBe('/v1/models/gemini-2.5-flash:generateContent')
  const streamed = await exchangeWith(events(gemini('STOP')), { ...google, stream: true })
  expect(streamed.exchange).toEqual({ outcome: 'answered', text, usage: told })
})

test('google stops at its limit, blocks, or breaks off', async () => {
  const cut = await exchangeWith(rawReply(JSON.stringify(gemini('MAX_TOKENS'))), google)
  expect(cut.exchange).toEqual({ outcome: 'truncated', text, usage: told })
  const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata }
  const refused = await exchangeWith(rawReply(JSON.stringify(blocked)), google)
  expect(refused.exchange).toEqual({ outcome: 'refused', text: '', usage: told })
  const broken = await exchangeWith(events(gemini(null)), { ...google, stream: true })
  expect(broken.exchange).toMatchObject({ fault: { code: 'answer-incomplete' }, usage: told })
})

test('google says when to come back in the body; a used-up day is a quota', async () => {
  const failure = (details: object[]) => ({
    error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED', details },
  })
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }
  const quota = (quotaId: string) => ({
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaId }],
  })
  const minute = failure([quota('GenerateRequestsPerMinutePerProjectPerModel'), retryInfo])
  expect((await exchangeWith(error(429, minute), google)).exchange).toMatchObject({
    fault: { code: 'rate-limited', retry: true, retryAfterMs: 34_500 },
  })
  const day = failure([quota('GenerateRequestsPerDayPerProjectPerModel'), retryInfo])
  expect((await exchangeWith(error(429, day), google)).exchange).toMatchObject({
    fault: { code: 'quota-exhausted', retry: false },
  })
})
