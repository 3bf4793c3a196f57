import { expect, test } from 'vitest'
import { z } from 'zod'
import { ModelSettings } from '../schema/config.ts'
import { connectionGap, createConnection } from './connection.ts'
import type { Exchange, ModelRequest } from './exchange.ts'
import { readAnswer } from './read-answer.ts'
import { answer, httpError, noReply, rawReply } from './scripted-reply.ts'
import type { ScriptedReply, ScriptedStep } from './scripted-reply.ts'
import { startScriptedServer } from './scripted-server.ts'
import type { Script, ScriptedServer } from './scripted-server.ts'

const secret = 'sk-test-0123456789'
const env = { OPENAI_API_KEY: secret }
const schema = z.toJSONSchema(z.strictObject({ issues: z.array(z.string()) }))
const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'You find issues.' },
    { role: 'user', content: 'The confidential prompt.' },
  ],
  parameters: {},
  schema,
  schemaName: 'issues',
  sample: 'agent 0/0',
}
const usage = { input: 20, cached: 8, output: 5 }
const told = { inputTokens: 20, cachedInputTokens: 8, outputTokens: 5 }

type Options = {
  stream?: boolean
  limits?: object
  provider?: string
  signal?: AbortSignal
  key?: string
}

/** What one request to a server that replies like this comes to. */
async function exchangeWith(reply: ScriptedReply | Script, options: Options = {}) {
  const { stream = false, limits = {}, provider = 'openai', signal, key = secret } = options
  const script = typeof reply === 'function' ? reply : () => reply
  await using server = await startScriptedServer(script)
  const settings = ModelSettings.parse({
    provider,
    model: 'gpt-4.1',
    baseURL: server.baseURL,
    stream,
    limits,
  })
  await using connection = createConnection(settings, { env: { OPENAI_API_KEY: key } })
  const exchange = await connection.send({ ...request, ...(signal && { signal }) })
  expect(JSON.stringify(exchange)).not.toMatch(/sk-test|confidential/)
  expect(server.requests).toHaveLength(1)
  return { exchange, sent: server.requests[0]! }
}

async function faultWith(reply: ScriptedReply | Script, options: Options = {}) {
  const { exchange } = await exchangeWith(reply, options)
  if (exchange.outcome !== 'failed') throw new Error(`It ${exchange.outcome}.`)
  const host = /127\.0\.0\.1:\d+/g
  return {
    ...exchange.fault,
    sentence: exchange.fault.sentence.replace(host, 'HOST'),
    usage: exchange.usage,
  }
}

const bothWays = [
  ['whole', 'openai', false],
  ['streamed', 'openai', true],
  ['whole by a compatible server', 'openai-compatible', false],
  ['streamed by a compatible server', 'openai-compatible', true],
] as const

test.each(bothWays)('an answer comes %s, with its usage', async (_, provider, stream) => {
  const reply = answer({ issues: ['a'] }, { usage })
  const { exchange, sent } = await exchangeWith(reply, { provider, stream })
  expect(exchange).toEqual({ outcome: 'answered', text: '{"issues":["a"]}', usage: told })
  expect(sent.path).toBe('/v1/chat/completions')
  expect(sent.messages).toEqual(request.messages)
  expect(sent.body).toMatchObject({
    model: 'gpt-4.1',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'issues', strict: true, schema: { type: 'object' } },
    },
  })
  expect([sent.stream, sent.wantsUsage]).toEqual([stream, stream])
})

test.each(bothWays)(
  'usage that is not told is unknown, not 0 (%s)',
  async (_, provider, stream) => {
    const { exchange } = await exchangeWith(answer('{}', { usage: null }), { provider, stream })
    expect(exchange).toEqual({ outcome: 'answered', text: '{}', usage: null })
  },
)

test('cached tokens that are not told are unknown, not 0', async () => {
  const body = {
    choices: [{ index: 0, message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
  }
  const { exchange } = await exchangeWith(rawReply(JSON.stringify(body)))
  expect(exchange.usage).toEqual({ inputTokens: 7, cachedInputTokens: null, outputTokens: 2 })
})

test('the key goes to the server, the parameters beside the prompt', async () => {
  await using server = await startScriptedServer(() => answer('{}'))
  const settings = ModelSettings.parse({
    provider: 'openai',
    model: 'gpt-4.1',
    baseURL: server.baseURL,
  })
  await using connection = createConnection(settings, { env })
  const parameters = { temperature: 0.5, topP: 0.9, maxOutputTokens: 100, seed: 7 }
  await connection.send({ ...request, parameters })
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${secret}`)
  expect(server.requests[0]?.body).toMatchObject({
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 100,
    seed: 7,
  })
})

test.each([
  ['openai', 'low'],
  ['azure', 'high'],
  ['openai-compatible', 'low'],
  ['openai-compatible', 'of-its-own'],
])('%s is told to reason %s', async (provider, reasoningEffort) => {
  await using server = await startScriptedServer(() => answer('{}'))
  const settings = ModelSettings.parse({ provider, model: 'my-o', baseURL: server.baseURL })
  await using connection = createConnection(settings, { env: { ...env, AZURE_API_KEY: secret } })
  await connection.send({ ...request, parameters: { reasoningEffort } })
  expect(server.requests[0]?.body).toMatchObject({ reasoning_effort: reasoningEffort })
})

test('an effort that a provider does not have is said before anything is sent', async () => {
  await using connection = createConnection(
    ModelSettings.parse({ provider: 'openai', model: 'gpt-4.1' }),
    { env },
  )
  const parameters = { reasoningEffort: 'of-its-own' }
  expect(await connection.send({ ...request, parameters })).toMatchObject({
    fault: {
      code: 'model-error',
      retry: false,
      sentence: expect.stringMatching(
        /^reasoningEffort "of-its-own" is none of none, minimal, low/,
      ),
    },
  })
})

test.each([
  ['an optional field', z.strictObject({ a: z.string().optional() })],
  ['an open object', z.looseObject({ a: z.string() })],
])('a schema with %s is sent as one that is not strict', async (_, item) => {
  await using server = await startScriptedServer(() => answer('{}'))
  const settings = ModelSettings.parse({
    provider: 'openai-compatible',
    model: 'local',
    baseURL: server.baseURL,
  })
  await using connection = createConnection(settings, { env: {} })
  const loose = z.toJSONSchema(z.strictObject({ issues: z.array(item) }))
  await connection.send({ ...request, schema: loose })
  expect(server.requests[0]?.body).toMatchObject({
    response_format: { json_schema: { strict: false } },
  })
  expect(server.requests[0]?.headers.authorization).toBeUndefined()
})

test.each(bothWays)(
  'an answer cut by its length limit is kept, %s',
  async (_, provider, stream) => {
    const reply = answer('{"issues":["a', { finishReason: 'length', usage })
    const { exchange } = await exchangeWith(reply, { provider, stream })
    expect(exchange).toEqual({ outcome: 'truncated', text: '{"issues":["a', usage: told })
  },
)

test.each(bothWays)('a refusal is one, %s', async (_, provider, stream) => {
  const refusal = answer('', { refusal: 'I will not.', usage })
  expect((await exchangeWith(refusal, { provider, stream })).exchange).toEqual({
    outcome: 'refused',
    text: 'I will not.',
    usage: told,
  })
  const filtered = answer('{"iss', { finishReason: 'content_filter', usage })
  expect((await exchangeWith(filtered, { provider, stream })).exchange).toEqual({
    outcome: 'refused',
    text: '{"iss',
    usage: told,
  })
})

test('a prompt that a content filter stops is refused', async () => {
  const { exchange } = await exchangeWith(httpError(400, { code: 'content_filter' }))
  expect(exchange).toEqual({ outcome: 'refused', text: '', usage: null })
})

test.each([
  ['without Retry-After', {}, null],
  ['with Retry-After', { retryAfter: 7 }, 7000],
  ['with a long Retry-After', { retryAfter: 90 }, 90_000],
  ['with a Retry-After that is none', { retryAfter: 'later' }, null],
  ['with a Retry-After that has passed', { retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
])('429 %s is to be tried again', async (_, options, retryAfterMs) => {
  for (const stream of [false, true]) {
    expect(await faultWith(httpError(429, options), { stream })).toMatchObject({
      code: 'rate-limited',
      retry: true,
      retryAfterMs,
      usage: null,
    })
  }
})

test('Retry-After may be a date', async () => {
  const retryAfter = new Date(Date.now() + 3_600_000).toUTCString()
  const fault = await faultWith(httpError(429, { retryAfter }))
  expect(fault.retryAfterMs).toBeGreaterThan(3_000_000)
  expect(fault.retryAfterMs).toBeLessThanOrEqual(3_600_000)
})

test('retry-after-ms is more exact, and wins', async () => {
  const headers = { 'retry-after': '1', 'retry-after-ms': '1234' }
  expect(await faultWith(rawReply('{}', { status: 429, headers }))).toMatchObject({
    retryAfterMs: 1234,
  })
})

test.each([
  [429, { error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' } }],
  [403, { error: { message: 'x', code: 'insufficient_quota' } }],
  [403, { error: { message: 'x', code: 'QuotaExceeded' } }],
  [402, { error: { message: 'Insufficient Balance' } }],
  [400, { type: 'error', error: { type: 'x', message: 'Your credit balance is too low to …' } }],
  [
    429,
    {
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'x',
        details: [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProject' }] }],
      },
    },
  ],
])('a used-up quota is not tried again: %i %j', async (status, body) => {
  for (const stream of [false, true]) {
    const reply = rawReply(JSON.stringify(body), { status })
    expect(await faultWith(reply, { stream })).toMatchObject({
      code: 'quota-exhausted',
      retry: false,
    })
  }
})

test.each([
  [500, true, 'HOST failed (500 named_code).'],
  [503, true, 'HOST failed (503 named_code).'],
  [529, true, 'HOST failed (529 named_code).'],
  [408, true, 'HOST refuses the request (408 named_code).'],
  [409, true, 'HOST refuses the request (409 named_code).'],
  [400, false, 'HOST refuses the request (400 named_code).'],
  [401, false, 'HOST does not accept the key in OPENAI_API_KEY (401 named_code).'],
  [403, false, 'HOST does not allow this with the key in OPENAI_API_KEY (403 named_code).'],
  [404, false, 'HOST has no model "gpt-4.1" (404 named_code), or baseURL is not where its API is.'],
])('%i is an error of the model', async (status, retry, sentence) => {
  for (const stream of [false, true]) {
    const reply = httpError(status, { code: 'named_code', message: `${secret} confidential` })
    const fault = await faultWith(reply, { stream })
    expect(fault).toMatchObject({ code: 'model-error', retry, sentence })
  }
})

test('what a server says beside words is not repeated: it may quote the key or the prompt', async () => {
  const fault = await faultWith(httpError(400, { code: secret }))
  expect(fault.sentence).toBe('HOST refuses the request (400 scripted).')
})

test('a 503 may say when to come back, and an error page is no JSON', async () => {
  const page = rawReply('<html>confidential</html>', {
    status: 503,
    headers: { 'retry-after': '3' },
  })
  expect(await faultWith(page)).toMatchObject({ code: 'model-error', retryAfterMs: 3000 })
})

test('a redirect is not followed with a key in hand', async () => {
  const headers = { location: 'http://127.0.0.1:9/elsewhere' }
  expect(await faultWith(rawReply('', { status: 307, headers }))).toMatchObject({
    code: 'model-error',
    retry: false,
    sentence: 'HOST sends us to another address (307); set baseURL to that one.',
  })
})

test('a page instead of an answer asks for the base URL', async () => {
  const page = rawReply('<!doctype html>', { headers: { 'content-type': 'text/html' } })
  expect(await faultWith(page)).toMatchObject({ code: 'model-error', retry: false })
  expect(await faultWith(page, { stream: true })).toMatchObject({
    code: 'model-error',
    retry: false,
    sentence: 'HOST does not stream its answers; set stream to false.',
  })
})

test('an error with status 200 is one', async () => {
  const body = { error: { code: 429, message: 'slow down' } }
  expect(await faultWith(rawReply(JSON.stringify(body)))).toMatchObject({
    code: 'rate-limited',
    retry: true,
  })
})

test('an answer without choices is an error, with its usage', async () => {
  const body = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 0 } }
  expect(await faultWith(rawReply(JSON.stringify(body)))).toMatchObject({
    code: 'model-error',
    retry: true,
    usage: { inputTokens: 3, outputTokens: 0 },
  })
})

test.each(bothWays)('a reset before the answer: %s', async (_, provider, stream) => {
  expect(await faultWith(noReply('reset'), { provider, stream })).toMatchObject({
    code: 'model-unreachable',
    retry: true,
    sentence: 'HOST closed the connection before it answered.',
  })
})

test.each(bothWays)('a reset amid the answer: %s', async (_, provider, stream) => {
  const reply = answer({ issues: ['a', 'b'] }, { cut: 'reset', usage, usageInEveryChunk: true })
  expect(await faultWith(reply, { provider, stream })).toMatchObject({
    code: 'answer-incomplete',
    retry: true,
    usage: stream ? told : null,
  })
})

test.each(bothWays)('an end before the end: %s', async (_, provider, stream) => {
  const reply = answer({ issues: ['a', 'b'] }, { cut: 'close', usage, usageInEveryChunk: true })
  expect(await faultWith(reply, { provider, stream })).toMatchObject({
    code: 'answer-incomplete',
    retry: true,
    sentence: 'The answer of HOST ended before it was whole.',
    usage: stream ? told : null,
  })
})

test('an empty body is no answer', async () => {
  expect(await faultWith(rawReply(''))).toMatchObject({ code: 'answer-incomplete', retry: true })
})

test.each(['openai', 'openai-compatible'])(
  'an error event amid a stream of %s',
  async (provider) => {
    const reply = answer({ issues: ['a', 'b'] }, { cut: 'error', usage, usageInEveryChunk: true })
    expect(await faultWith(reply, { provider, stream: true })).toMatchObject({
      code: 'model-error',
      retry: true,
      usage: told,
    })
  },
)

test.each(['openai', 'openai-compatible'])(
  'an error event of %s may be a quota or a rate limit',
  async (provider) => {
    const event = (code: string): ScriptedReply =>
      rawReply(`data: {"error":{"message":"confidential","type":"${code}","code":"${code}"}}\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      })
    const options = { provider, stream: true }
    expect(await faultWith(event('insufficient_quota'), options)).toMatchObject({
      code: 'quota-exhausted',
      retry: false,
    })
    expect(await faultWith(event('rate_limit_exceeded'), options)).toMatchObject({
      code: 'rate-limited',
      retry: true,
    })
  },
)

test('a piece of a stream that is not JSON is an error', async () => {
  const reply = rawReply('data: {"choices":[{"del\n\n', {
    headers: { 'content-type': 'text/event-stream' },
  })
  expect(await faultWith(reply, { stream: true })).toMatchObject({
    code: 'model-error',
    retry: true,
  })
})

test.each(bothWays)('10 MB are refused while they arrive, %s', async (_, provider, stream) => {
  let sent = 0
  const chunk = { choices: [{ index: 0, delta: { content: 'x'.repeat(100_000) } }] }
  const piece = `data: ${JSON.stringify(chunk)}\n\n`
  function* steps(): Generator<ScriptedStep> {
    for (; sent < 10_000_000; sent += piece.length) yield { send: piece }
  }
  const type = stream ? 'text/event-stream' : 'application/json'
  const reply = { status: 200, headers: { 'content-type': type }, steps: steps() }
  const limits = { answerBytes: 500_000 }
  const fault = await faultWith(reply, { provider, stream, limits })
  expect(fault).toMatchObject({
    code: 'answer-too-long',
    retry: false,
    sentence: 'The answer of HOST is over 500000 bytes long.',
  })
  expect(sent).toBeLessThan(10_000_000)
})

test.each(bothWays)('a stall before the first byte, %s', async (_, provider, stream) => {
  const limits = { firstByteMs: 60 }
  expect(await faultWith(noReply('hang'), { provider, stream, limits })).toMatchObject({
    code: 'model-stalled',
    retry: true,
    sentence: 'HOST sent nothing within 60 ms.',
  })
})

test.each(bothWays)('a stall between two pieces, %s', async (_, provider, stream) => {
  const limits = { chunkMs: 1000 }
  const reply = answer({ issues: ['a'] }, { cut: 'hang', usage, usageInEveryChunk: true })
  expect(await faultWith(reply, { provider, stream, limits })).toMatchObject({
    code: 'model-stalled',
    retry: true,
    sentence: 'HOST sent nothing more within 1000 ms.',
    usage: stream ? told : null,
  })
})

test.each(bothWays)('a slow drip ends by the total limit, %s', async (_, provider, stream) => {
  const limits = { totalMs: 150, chunkMs: 5000, firstByteMs: 5000 }
  const reply = answer({ issues: ['a'.repeat(1000)] }, { chunks: 500, chunkMs: 10 })
  expect(await faultWith(reply, { provider, stream, limits })).toMatchObject({
    code: 'model-stalled',
    retry: true,
    sentence: 'HOST has not finished its answer within 150 ms.',
  })
})

test.each(bothWays)(
  'a slow answer that keeps its limits is one, %s',
  async (_, provider, stream) => {
    const limits = { firstByteMs: 10_000, chunkMs: 10_000, totalMs: 60_000 }
    const reply = answer({ issues: ['a'] }, { chunks: 15, chunkMs: 100, delayMs: 60 })
    const { exchange } = await exchangeWith(reply, { provider, stream, limits })
    expect(exchange).toMatchObject({ outcome: 'answered', text: '{"issues":["a"]}' })
  },
)

test.each([
  ['malformed JSON', '{"issues":["a",]}', 'syntax error'],
  ['a duplicate key', '{"issues":["a"],"issues":[]}', 'twice'],
  ['__proto__', '{"issues":[],"__proto__":{"polluted":true}}', '__proto__'],
  ['a schema mismatch', '{"issues":"none"}', 'issues: Invalid input'],
  ['prose alone', 'There are none.', 'no JSON'],
])('%s arrives as text, and is refused when it is read', async (_, text, problem) => {
  const Answer = z.strictObject({ issues: z.array(z.string()) })
  for (const stream of [false, true]) {
    const { exchange } = await exchangeWith(answer(text), { stream })
    if (exchange.outcome !== 'answered') throw new Error(exchange.outcome)
    expect(exchange.text).toBe(text)
    expect(readAnswer(exchange.text, Answer)).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    })
  }
})

test('an abort throws its own reason, and hangs up', async () => {
  for (const stream of [false, true]) {
    const controller = new AbortController()
    const script: Script = () => {
      setTimeout(() => controller.abort(new Error('budget spent')), 20)
      return answer({ issues: ['a'] }, { cut: 'hang' })
    }
    const options = { stream, signal: controller.signal }
    await expect(exchangeWith(script, options)).rejects.toThrow('budget spent')
  }
})

async function sendTo(settings: object, environment = {}): Promise<Exchange> {
  await using connection = createConnection(
    ModelSettings.parse({ provider: 'openai-compatible', model: 'local', ...settings }),
    { env: environment },
  )
  return await connection.send(request)
}

test('nobody at the address, and no such host', async () => {
  const server = await startScriptedServer(() => answer('{}'))
  await server[Symbol.asyncDispose]()
  expect(await sendTo({ baseURL: server.baseURL })).toMatchObject({
    fault: {
      code: 'model-unreachable',
      retry: true,
      sentence: expect.stringMatching(
        /^Nothing listens at 127.0.0.1:\d+. Is the server running\?$/,
      ),
    },
  })
  expect(await sendTo({ baseURL: 'http://nowhere.invalid/v1' })).toMatchObject({
    fault: {
      code: 'model-unreachable',
      retry: true,
      sentence: expect.stringContaining('nowhere.invalid'),
    },
  })
})

test('https where http is spoken is said, and not tried again', async () => {
  await using server = await startScriptedServer(() => answer('{}'))
  expect(await sendTo({ baseURL: server.baseURL.replace('http:', 'https:') })).toMatchObject({
    fault: {
      code: 'model-error',
      retry: false,
      sentence: expect.stringContaining('http or https?'),
    },
  })
})

test('a hundred requests go out at once, and later ones use the same sockets', async () => {
  await using server = await startScriptedServer(() => answer({ issues: [] }, { delayMs: 30 }))
  const settings = ModelSettings.parse({
    provider: 'openai',
    model: 'gpt-4.1',
    baseURL: server.baseURL,
  })
  const connection = createConnection(settings, { env })
  for (let round = 0; round < 3; round += 1) {
    const exchanges = await Promise.all(Array.from({ length: 100 }, () => connection.send(request)))
    expect(exchanges.every(({ outcome }) => outcome === 'answered')).toBe(true)
  }
  expect(server.busiest).toBeGreaterThan(50)
  expect(server.connections).toBeLessThanOrEqual(100)
  expect(server.connections).toBeGreaterThan(50)
  await connection[Symbol.asyncDispose]()
  await expect.poll(() => server.openConnections).toBe(0)
})

test.each([
  [{ provider: 'openai' }, {}, 'OPENAI_API_KEY is not set; it must hold a key for openai.'],
  [
    { provider: 'openai' },
    { OPENAI_BASE_URL: 'http://localhost:11434/v1' },
    'OPENAI_API_KEY is not set; any word will do as the key of a server on this machine',
  ],
  [
    { provider: 'openai-compatible', baseURL: 'http://127.0.0.1:8080/v1', apiKeyEnv: 'LOCAL_KEY' },
    {},
    'LOCAL_KEY is not set; any word will do',
  ],
  [
    { provider: 'openai', baseURL: 'https://localhost.example.com/v1' },
    {},
    'OPENAI_API_KEY is not set; it must hold a key for openai.',
  ],
  [{ provider: 'openai' }, { OPENAI_API_KEY: ' ' }, 'OPENAI_API_KEY is not set; it must hold'],
  [{ provider: 'openai', apiKeyEnv: 'MY_KEY' }, env, 'MY_KEY is not set'],
  [{ provider: 'openai' }, { OPENAI_API_KEY: 'two words' }, 'OPENAI_API_KEY holds characters'],
  [{ provider: 'openai' }, { ...env, OPENAI_BASE_URL: 'localhost:1' }, 'OPENAI_BASE_URL is not a'],
  [{ provider: 'openai', baseURL: 'https://u:p@host' }, env, 'baseURL has a user name'],
  [{ provider: 'anthropic' }, env, 'ANTHROPIC_API_KEY is not set'],
  [{ provider: 'google' }, env, 'GOOGLE_GENERATIVE_AI_API_KEY is not set'],
  [{ provider: 'azure' }, { AZURE_API_KEY: secret }, 'AZURE_RESOURCE_NAME is not set'],
  [{ provider: 'azure' }, { AZURE_API_KEY: secret, AZURE_RESOURCE_NAME: 'a/b' }, 'AZURE_RESOURCE_'],
  [{ provider: 'azure' }, { AZURE_RESOURCE_NAME: 'mine' }, 'AZURE_API_KEY is not set'],
  [{ provider: 'openai-compatible' }, {}, 'baseURL is not set, nor is OPENAI_BASE_URL'],
])('what %j lacks with %j is said', async (settings, environment, gap) => {
  const parsed = ModelSettings.parse({ model: 'any', ...settings })
  const said = connectionGap(parsed, environment)
  expect(said).toContain(gap)
  expect(said).not.toContain(secret)
  await using connection = createConnection(parsed, { env: environment })
  expect(await connection.send(request)).toMatchObject({
    usage: null,
    fault: { code: 'model-not-connected', retry: false, sentence: said },
  })
})

test.each([
  [{ provider: 'openai' }, env],
  [{ provider: 'openai', apiKeyEnv: 'MY_KEY' }, { MY_KEY: secret }],
  [{ provider: 'azure' }, { AZURE_API_KEY: secret, AZURE_RESOURCE_NAME: 'mine' }],
  [{ provider: 'openai-compatible' }, { OPENAI_BASE_URL: 'http://localhost:1/v1' }],
  [{ provider: 'openai-compatible', baseURL: 'http://localhost:1/v1' }, {}],
])('nothing is said of %j with %j', (settings, environment) => {
  expect(connectionGap(ModelSettings.parse({ model: 'any', ...settings }), environment)).toBeNull()
})

test('OPENAI_BASE_URL is where openai and a compatible server without a base URL are', async () => {
  await using server = await startScriptedServer(() => answer('{}'))
  const environment = { OPENAI_BASE_URL: `${server.baseURL}/`, OPENAI_API_KEY: secret }
  expect(await sendTo({ provider: 'openai' }, environment)).toMatchObject({ outcome: 'answered' })
  expect(await sendTo({}, environment)).toMatchObject({ outcome: 'answered' })
  expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill('/v1/chat/completions'))
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array(2).fill(`Bearer ${secret}`),
  )
})

test('OPENAI_API_KEY goes to no server that the settings name', async () => {
  await using server: ScriptedServer = await startScriptedServer(() => answer('{}'))
  await sendTo({ baseURL: server.baseURL }, { OPENAI_API_KEY: secret })
  expect(server.requests[0]?.headers.authorization).toBeUndefined()
  await sendTo({ baseURL: server.baseURL, apiKeyEnv: 'LOCAL_KEY' }, { LOCAL_KEY: 'local' })
  expect(server.requests[1]?.headers.authorization).toBe('Bearer local')
})

test('it tells where requests go, without the path', async () => {
  const whereabouts = async (settings: object, own: Record<string, string> = env) => {
    await using connection = createConnection(
      ModelSettings.parse({ provider: 'openai', model: 'gpt-4.1', ...settings }),
      { env: own },
    )
    return connection.server
  }
  expect(await whereabouts({})).toEqual({ address: 'api.openai.com', port: 443 })
  expect(await whereabouts({ baseURL: 'http://vllm.local/v1' })).toEqual({
    address: 'vllm.local',
    port: 80,
  })
  const base = { ...env, OPENAI_BASE_URL: 'http://localhost:11434/v1' }
  expect(await whereabouts({}, base)).toEqual({ address: 'localhost', port: 11434 })
  expect(await whereabouts({}, {})).toBeUndefined()
})

test('a base URL with a query is refused: nothing could follow it, and it may hold a key', () => {
  const settings = { provider: 'openai', model: 'gpt-4.1', baseURL: `http://vllm.local/v1?key=a` }
  const gap = connectionGap(ModelSettings.parse(settings), env)
  expect(gap).toMatch(/^baseURL ends in a query/)
})

test.each([false, true])('a key in an answer is masked (streamed: %s)', async (stream) => {
  const reply = answer(`{"issues":["Bearer ${secret}"]}`, { chunks: 7 })
  const { exchange } = await exchangeWith(reply, { stream })
  expect(exchange).toMatchObject({ outcome: 'answered', text: '{"issues":["Bearer [key]"]}' })
})

test('a key that is a word is masked in what a server says of an error', async () => {
  const word = 'OnlyLettersAsSomeKeysAre'
  const refused = httpError(401, { code: word })
  const { exchange } = await exchangeWith(refused, { key: word })
  expect(exchange).toMatchObject({
    fault: { sentence: expect.stringContaining('OPENAI_API_KEY (401 [key])') },
  })
})
