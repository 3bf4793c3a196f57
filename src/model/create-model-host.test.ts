import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { ModelSettings } from '../schema/config.ts'
import type { Clock } from './clock.ts'
import { openConnections } from './connections.ts'
import { createModelHost } from './create-model-host.ts'
import type { ModelHostOptions } from './create-model-host.ts'
import type { AnswerCache, ModelHost, Question, StoredAnswer } from './model-host.ts'
import { answer, httpError, noReply, rawReply } from './scripted-reply.ts'
import { startScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

const Verdict = z.strictObject({ isRight: z.boolean() })
type Verdict = z.infer<typeof Verdict>
const right = { isRight: true }

type Model = Omit<z.input<typeof ModelSettings>, 'provider' | 'model' | 'baseURL'>
type Setup = Omit<ModelHostOptions, 'models' | 'env' | 'directory'> & {
  model?: Model
  others?: Record<string, Model>
}

function settingsOf({ baseURL }: { baseURL: string }, own: Model): ModelSettings {
  return ModelSettings.parse({ provider: 'openai-compatible', model: 'tiny', baseURL, ...own })
}

async function rehearse(script: Script, { model = {}, others = {}, ...options }: Setup = {}) {
  const server = await startScriptedServer(script)
  const models = Object.fromEntries(
    Object.entries({ reader: model, ...others }).map(([alias, own]) => {
      return [alias, settingsOf(server, own)]
    }),
  )
  const host = createModelHost({ models, env: {}, directory: '.', random: () => 0, ...options })
  return {
    server,
    host,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

function question(text: string, own: Partial<Question<Verdict>> = {}): Question<Verdict> {
  return {
    alias: 'reader',
    agent: 'typos',
    messages: [{ role: 'user', content: text }],
    schema: Verdict,
    schemaName: 'verdict',
    parameters: {},
    origin: 'a',
    sample: 'agent 0/0',
    ...own,
  }
}

/** Waiting takes no time, but is written down. */
function patientClock(): Clock & { waits: number[] } {
  const waits: number[] = []
  let now = 0
  return {
    waits,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      const before = now
      await Promise.resolve()
      waits.push(ms)
      now = Math.max(now, before + ms)
    },
  }
}

function memory(): AnswerCache & { answers: Map<string, StoredAnswer> } {
  const answers = new Map<string, StoredAnswer>()
  return {
    answers,
    get: (key) => answers.get(key),
    put: async (key, value) => void answers.set(key, value),
    async [Symbol.asyncDispose]() {},
  }
}

async function failure(asked: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserFacingError)) throw new Error('no UserFacingError', { cause: error })
  return { code: error.code, message: error.message }
}

function total(host: ModelHost) {
  return host.account().total
}

const price = { inputPerMillion: 1_000_000, outputPerMillion: 2_000_000 }
const usage = { input: 10, output: 5 }

test('an answer is a checked value, and its tokens and cost are counted', async () => {
  await using run = await rehearse(() => answer(right, { usage }), { model: { price } })
  expect(await run.host.ask(question('1 + 1 = 2'))).toEqual(right)
  expect(total(run.host)).toEqual({
    requests: 1,
    retries: 0,
    cached: 0,
    failed: 0,
    inputTokens: 10,
    cachedInputTokens: 0,
    outputTokens: 5,
    requestsWithoutUsage: 0,
    cost: 20,
    currency: 'USD',
  })
})

test('an error of the server is tried again, as often as the limits say', async () => {
  const clock = patientClock()
  await using run = await rehearse((_request, nth) => (nth < 4 ? httpError(500) : answer(right)), {
    clock,
    random: () => 0.5,
  })
  expect(await run.host.ask(question('x'))).toEqual(right)
  expect(clock.waits).toEqual([250, 500, 1000, 2000])
  expect(total(run.host)).toMatchObject({ requests: 5, retries: 4, failed: 0 })
})

test('when every try fails, the question fails with the last fault', async () => {
  const clock = patientClock()
  const model = { limits: { attempts: 3 } }
  await using run = await rehearse(() => httpError(503), { clock, model })
  const { code, message } = await failure(run.host.ask(question('x')))
  expect(code).toBe('model-error')
  expect(message).toMatch(/^Model reader: .* It was tried 3 times\.$/)
  expect(total(run.host)).toMatchObject({ requests: 3, retries: 2, failed: 1 })
})

test('a broken connection is tried again', async () => {
  const clock = patientClock()
  await using run = await rehearse(
    (_request, nth) => (nth === 0 ? noReply('reset') : answer(right)),
    { clock },
  )
  expect(await run.host.ask(question('x'))).toEqual(right)
  // Nobody knows what the broken one took, so the cost is not known either.
  expect(total(run.host)).toMatchObject({ requests: 2, requestsWithoutUsage: 1, cost: null })
})

test('a rejected request took nothing, so that the cost stays known', async () => {
  const script: Script = (_request, nth) =>
    nth < 2 ? httpError([429, 500][nth] ?? 0) : answer(right, { usage })
  await using run = await rehearse(script, { clock: patientClock(), model: { price } })
  await run.host.ask(question('x'))
  expect(total(run.host)).toMatchObject({ requests: 3, requestsWithoutUsage: 0, cost: 20 })
})

test('Retry-After is honoured, above a minute too', async () => {
  const clock = patientClock()
  await using run = await rehearse(
    (_request, nth) => (nth === 0 ? httpError(429, { retryAfter: 90 }) : answer(right)),
    { clock },
  )
  expect(await run.host.ask(question('x'))).toEqual(right)
  expect(clock.waits).toEqual([90_000])
})

test('Retry-After beyond the longest wait fails with both figures', async () => {
  const model = { limits: { longestWaitMs: 60_000 } }
  await using run = await rehearse(() => httpError(429, { retryAfter: 61 }), { model })
  const { code, message } = await failure(run.host.ask(question('x')))
  expect(code).toBe('rate-limited')
  expect(message).toMatch(/asks to wait 61 s; models.reader.limits.longestWaitMs allows 60 s\.$/)
  // While the provider wants to be left alone, nothing else goes out.
  expect(await failure(run.host.ask(question('y')))).toEqual({ code, message })
  expect(run.server.requests).toHaveLength(1)
})

test('Retry-After holds back every request of the connection', async () => {
  const clock = patientClock()
  const seen: number[] = []
  const script: Script = (_request, nth) => {
    seen.push(clock.now())
    return nth === 0 ? httpError(429, { retryAfter: 30 }) : answer(right)
  }
  const model = { limits: { concurrency: 1 } }
  await using run = await rehearse(script, { clock, model })
  await Promise.all(['x', 'y', 'z'].map((text) => run.host.ask(question(text))))
  expect(seen).toEqual([0, 30_000, 30_000, 30_000])
})

test('an exhausted quota is not tried again', async () => {
  await using run = await rehearse(() => httpError(429, { code: 'insufficient_quota' }))
  expect((await failure(run.host.ask(question('x')))).code).toBe('quota-exhausted')
  expect(run.server.requests).toHaveLength(1)
})

test.each([
  ['malformed JSON', '{"isRight": tru'],
  ['prose', 'It is right.'],
  ['another schema', { isWrong: true }],
])('%s is asked for again once, with what is wrong', async (_name, bad) => {
  const script: Script = (_request, nth) => answer(nth === 0 ? bad : right, { usage })
  await using run = await rehearse(script, { model: { price } })
  expect(await run.host.ask(question('x'))).toEqual(right)
  const text = typeof bad === 'string' ? bad : JSON.stringify(bad)
  expect(run.server.requests[1]?.messages).toEqual([
    { role: 'user', content: 'x' },
    { role: 'assistant', content: text },
    { role: 'user', content: expect.stringContaining('cannot be used') },
  ])
  expect(total(run.host)).toMatchObject({ requests: 2, retries: 1, inputTokens: 20, cost: 40 })
})

test('an answer that is wrong twice is answer-invalid, and not asked for a third time', async () => {
  await using run = await rehearse(() => answer('It is right.', { usage }))
  const { code, message } = await failure(run.host.ask(question('x')))
  expect(code).toBe('answer-invalid')
  expect(message).not.toContain('It is right')
  expect(total(run.host)).toMatchObject({ requests: 2, failed: 1, inputTokens: 20 })
})

test('an answer that was cut off is answer-truncated, its tokens counted', async () => {
  await using run = await rehearse(() => answer(right, { finishReason: 'length', usage }))
  const { code, message } = await failure(run.host.ask(question('x')))
  expect(code).toBe('answer-truncated')
  expect(message).toContain('models.reader.parameters.maxOutputTokens')
  expect(total(run.host)).toMatchObject({ requests: 1, failed: 1, outputTokens: 5 })
})

test('a refusal is model-refused and not asked for again', async () => {
  await using run = await rehearse(() =>
    answer('', { refusal: 'No.', finishReason: 'content_filter' }),
  )
  expect((await failure(run.host.ask(question('x')))).code).toBe('model-refused')
  expect(run.server.requests).toHaveLength(1)
})

test('the cost is unknown without a price and without usage, never 0', async () => {
  await using unpriced = await rehearse(() => answer(right))
  await unpriced.host.ask(question('x'))
  expect(total(unpriced.host)).toMatchObject({ cost: null, currency: null })
  await using untold = await rehearse(() => answer(right, { usage: null }), { model: { price } })
  await untold.host.ask(question('x'))
  expect(total(untold.host)).toMatchObject({ requestsWithoutUsage: 1, cost: null })
})

test('a kept answer is not asked for again; anything that makes it is', async () => {
  const cache = memory()
  await using run = await rehearse(() => answer(right), {
    cache,
    others: { same: {}, warm: { parameters: { temperature: 1 } } },
  })
  const asked = [
    question('x'),
    question('y'),
    question('x', { origin: 'b' }),
    question('x', { sample: 'agent 0/1' }),
    question('x', { parameters: { seed: 1 } }),
    question('x', { alias: 'warm' }),
    question('x', { schemaName: 'other' }),
  ]
  for (const one of asked) await run.host.ask(one)
  expect(run.server.requests).toHaveLength(7)
  for (const one of asked) expect(await run.host.ask(one)).toEqual(right)
  // The name of an alias, who asks and limits make no difference to an answer.
  await run.host.ask(question('x', { alias: 'same', agent: 'other' }))
  expect(run.server.requests).toHaveLength(7)
  expect(total(run.host)).toMatchObject({ requests: 7, cached: 8 })
  expect([...cache.answers.keys()].every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true)
})

test('a kept answer that the schema does not take is asked for again', async () => {
  const cache = memory()
  await using run = await rehearse(() => answer(right), { cache })
  await run.host.ask(question('x'))
  for (const kept of cache.answers.values()) kept.value = { isRight: 'yes' }
  expect(await run.host.ask(question('x'))).toEqual(right)
  expect(run.server.requests).toHaveLength(2)
})

test('equal questions asked at once send one request', async () => {
  await using run = await rehearse(() => answer(right, { delayMs: 20 }))
  const answers = await Promise.all(Array.from({ length: 5 }, () => run.host.ask(question('x'))))
  expect(answers).toEqual(Array(5).fill(right))
  expect(total(run.host)).toMatchObject({ requests: 1, cached: 4 })
})

test('one of two equal questions may be given up; the other is answered', async () => {
  await using run = await rehearse(() => answer(right, { delayMs: 50 }))
  const impatient = new AbortController()
  const first = run.host.ask(question('x', { signal: impatient.signal }))
  const second = run.host.ask(question('x'))
  impatient.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  expect(await second).toEqual(right)
  expect(total(run.host)).toMatchObject({ requests: 1, failed: 0 })
})

test('an interruption ends a request under way, one that waits and one that waits to be tried again', async () => {
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const script: Script = ({ messages }) =>
    messages[0]?.content === 'bad' ? httpError(500) : noReply('hang')
  const model = { limits: { concurrency: 2 } }
  await using run = await rehearse(script, { clock, model })
  const stop = new AbortController()
  const asked = ['bad', 'slow', 'slower', 'waits'].map((text) =>
    run.host.ask(question(text, { signal: stop.signal })),
  )
  while (run.server.requests.length < 3) await delay(5)
  stop.abort(new Error('Ctrl-C'))
  const results = await Promise.allSettled(asked)
  expect(results.map((result) => result.status === 'rejected' && String(result.reason))).toEqual(
    Array(4).fill('Error: Ctrl-C'),
  )
  expect(total(run.host).failed).toBe(0)
})

test('a budget of tokens is not overshot; what is done is kept, the rest refused', async () => {
  const script: Script = () => answer(right, { usage: { input: 60, output: 40 }, delayMs: 2 })
  await using run = await rehearse(script, { budget: { maxTokens: 1000 } })
  const texts = Array.from({ length: 50 }, (_, index) => `question ${index}`)
  const results = await Promise.allSettled(texts.map((text) => run.host.ask(question(text))))
  const done = results.filter(({ status }) => status === 'fulfilled').length
  const { inputTokens, outputTokens, failed, requests } = total(run.host)
  expect(inputTokens + outputTokens).toBeLessThanOrEqual(1000)
  expect(done).toBeGreaterThanOrEqual(8)
  expect({ failed, requests }).toEqual({ failed: 50 - done, requests: done })
  const { code, message } = await failure(run.host.ask(question('one more')))
  expect(code).toBe('budget-exhausted')
  expect(message).toMatch(
    /^The budget of 1000 tokens is exhausted: \d+ tokens are spent, and the next/,
  )
})

test('a budget of cost is kept too', async () => {
  const script: Script = () => answer(right, { usage: { input: 60, output: 40 } })
  const cheap = { currency: 'EUR', inputPerMillion: 1000, outputPerMillion: 1000 }
  await using run = await rehearse(script, { budget: { maxCost: 1 }, model: { price: cheap } })
  for (let index = 0; index < 4; index += 1) await run.host.ask(question(String(index)))
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => run.host.ask(question(`more ${index}`))),
  )
  expect(total(run.host).cost).toBeLessThanOrEqual(1)
  expect(results.at(-1)).toMatchObject({ reason: { code: 'budget-exhausted' } })
  expect(String(Object(results.at(-1)).reason)).toMatch(
    /The budget of 1 EUR is exhausted: 0\.\d+ EUR/,
  )
})

/** Questions as long as an ordinary chunk, all at once; `place` by their number. */
async function askAtOnce(host: ModelHost, count: number) {
  const texts = Array.from({ length: count }, (_, n) => `${n} ${'word '.repeat(400)}`)
  const asked = texts.map((text, n) =>
    host.ask(question(text, { place: { document: n, part: 0 } })),
  )
  return await Promise.allSettled(asked)
}

function tokensOf(host: ModelHost): number {
  const { inputTokens, outputTokens } = total(host)
  return inputTokens + outputTokens
}

/** A server that counts four times as many tokens as there are by our estimate. */
const countsFourfold: Script = ({ messages }) => {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0)
  return answer(right, { usage: { input: characters, output: 60 }, delayMs: 2 })
}

const twentyAtOnce = { limits: { concurrency: 20, attempts: 1 } }

test.for([{}, { parameters: { maxOutputTokens: 500 } }])(
  'a budget holds when the server counts four times the estimate and twenty begin at once (%o)',
  async (own) => {
    const budget = { maxTokens: 20_000 }
    const model = { ...twentyAtOnce, ...own }
    await using run = await rehearse(countsFourfold, { budget, model })
    const results = await askAtOnce(run.host, 60)
    expect(tokensOf(run.host)).toBeLessThanOrEqual(20_000)
    // Nothing more fitted, and it was not one after the other.
    expect(tokensOf(run.host)).toBeGreaterThan(20_000 - 2_500)
    expect(run.server.busiest).toBeGreaterThan(1)
    const done = results.findIndex(({ status }) => status === 'rejected')
    expect(results.slice(done).every(({ status }) => status === 'rejected')).toBe(true)
  },
)

test.for([10, 20, 30])(
  'a budget holds when the server counts as estimated for %i requests, then a token for each byte',
  async (early) => {
    const script: Script = ({ messages }, nth) => {
      const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
      const input = nth < early ? Math.ceil(bytes / 4) : bytes
      return answer(right, { usage: { input, output: 10 }, delayMs: 2 })
    }
    await using run = await rehearse(script, { budget: { maxTokens: 18_000 }, model: twentyAtOnce })
    await askAtOnce(run.host, 60)
    // One request alone may still come as a surprise.
    expect(tokensOf(run.host)).toBeLessThanOrEqual(18_000 + 2_010)
    expect(tokensOf(run.host)).toBeGreaterThan(18_000 - 2_500)
    expect(run.server.busiest).toBeGreaterThan(1)
  },
)

test('the tokens of other scripts are estimated by their bytes', async () => {
  await using run = await rehearse(() => answer(right))
  const inputOf = async (text: string): Promise<number> =>
    (await run.host.forecast(question(text))).estimate.input
  const nothing = await inputOf('')
  expect((await inputOf('word '.repeat(80))) - nothing).toBe(100)
  expect((await inputOf('слово '.repeat(80))) - nothing).toBe(220)
  expect((await inputOf('总是开放'.repeat(100))) - nothing).toBe(300)
})

test('requests that fail after they were paid for teach the budget what to expect', async () => {
  const broken = { choices: [], usage: { prompt_tokens: 3_000, completion_tokens: 0 } }
  await using run = await rehearse(() => rawReply(JSON.stringify(broken)), {
    budget: { maxTokens: 10_000 },
    model: twentyAtOnce,
  })
  await askAtOnce(run.host, 40)
  expect(total(run.host)).toMatchObject({ requests: 3, inputTokens: 9_000, failed: 40 })
})

test('an answer longer than any before it overshoots a budget by itself alone', async () => {
  const model = { ...twentyAtOnce, parameters: { maxOutputTokens: 2_000 } }
  const script: Script = (_request, nth) =>
    answer(right, { usage: { input: 10, output: nth < 8 ? 1 : 2_000 }, delayMs: 2 })
  await using run = await rehearse(script, { budget: { maxTokens: 10_000 }, model })
  await askAtOnce(run.host, 40)
  expect(tokensOf(run.host)).toBeLessThanOrEqual(10_000 + 2_010)
})

test('a budget of several models is kept while each of them is new', async () => {
  await using run = await rehearse(countsFourfold, {
    budget: { maxTokens: 4_000 },
    model: twentyAtOnce,
    others: { judge: twentyAtOnce, writer: twentyAtOnce },
  })
  const text = 'word '.repeat(200)
  const asked = ['reader', 'judge', 'writer'].flatMap((alias) =>
    [0, 1, 2, 3].map((n) => run.host.ask(question(`${n} ${text}`, { alias, agent: alias }))),
  )
  await Promise.allSettled(asked)
  expect(tokensOf(run.host)).toBeLessThanOrEqual(4_000 + 1_062)
})

test('a budget counts what nobody told as it was expected', async () => {
  await using run = await rehearse(() => answer(right, { usage: null }), {
    budget: { maxTokens: 2000 },
  })
  const { message } = await failure(
    (async () => {
      for (let index = 0; ; index += 1) await run.host.ask(question(String(index)))
    })(),
  )
  expect(message).toContain('estimates for 3 requests')
})

test('a budget of cost is refused when a price is unknown', async () => {
  await using run = await rehearse(() => answer(right), { budget: { maxCost: 1 } })
  const { code, message } = await failure(run.host.ask(question('x')))
  expect(code).toBe('price-unknown')
  expect(message).toContain('models.reader.price')
  expect(run.server.requests).toHaveLength(0)
})

test('when an answer cannot be kept, no further question is paid for', async () => {
  const cache: AnswerCache = {
    get: () => undefined,
    put: () => Promise.reject(new UserFacingError('store-full', 'The disk is full.')),
    async [Symbol.asyncDispose]() {},
  }
  await using own = await rehearse(() => answer(right), {
    cache,
    model: { limits: { concurrency: 1 } },
  })
  const texts = ['a', 'b', 'c', 'd']
  const results = await Promise.allSettled(texts.map((text) => own.host.ask(question(text))))
  const later = own.host.ask(question('e'))
  await expect(later).rejects.toMatchObject({ code: 'store-full' })
  expect(results.map(({ status }) => status)).toEqual(texts.map(() => 'rejected'))
  expect(own.server.requests.length).toBeLessThanOrEqual(2)
  expect(own.host.refusal()).toMatchObject({ code: 'store-full' })
})

test('aliases of one account share its queue', async () => {
  const limits = { concurrency: 2 }
  await using run = await rehearse(() => answer(right, { delayMs: 10 }), {
    model: { limits },
    others: { judge: { limits } },
  })
  const ask = (alias: string) => (_: unknown, index: number) =>
    run.host.ask(question(String(index), { alias, origin: alias }))
  await Promise.all(
    [...Array(8)].flatMap((_, index) => [ask('reader')(_, index), ask('judge')(_, index)]),
  )
  expect(run.server.busiest).toBe(2)
  expect(run.host.account().byAlias).toMatchObject({
    reader: { requests: 8 },
    judge: { requests: 8 },
  })
})

test('hosts that share connections keep to the limits together, and to budgets apart', async () => {
  await using server = await startScriptedServer(() => answer(right, { delayMs: 5, usage }))
  const reader = settingsOf(server, { limits: { concurrency: 2 } })
  const options = { models: { reader }, env: {}, directory: '.' }
  await using connections = openConnections(options)
  await using rich = createModelHost({ ...options, connections })
  await using poor = createModelHost({ ...options, connections, budget: { maxTokens: 40 } })
  const ask = (host: ModelHost) => (_: unknown, index: number) =>
    host.ask(question(`${index}`)).then(
      () => 'done',
      ({ code }) => code,
    )
  const [all, some] = await Promise.all([
    Promise.all([...Array(12)].map(ask(rich))),
    Promise.all([...Array(12)].map(ask(poor))),
  ])
  expect(server.busiest).toBe(2)
  expect(new Set(all)).toEqual(new Set(['done']))
  expect(new Set(some)).toContain('budget-exhausted')
  expect(tokensOf(poor)).toBeLessThanOrEqual(40)
  expect(total(rich)).toMatchObject({ requests: 12, inputTokens: 120 })
  expect(rich.refusal()).toBeNull()
})

test('a host that is told to stop asks nothing more, and keeps what is under way', async () => {
  const { promise: came, resolve } = Promise.withResolvers<void>()
  const script: Script = () => {
    resolve()
    return answer(right, { delayMs: 20 })
  }
  await using run = await rehearse(script, { model: { limits: { concurrency: 1 } } })
  const asked = ['a', 'b'].map((text) => run.host.ask(question(text)))
  await came
  run.host.refuse(new UserFacingError('budget-exhausted', 'Others have spent it.'))
  const [first, second] = await Promise.allSettled(asked)
  expect(first?.status).toBe('fulfilled')
  expect(second).toMatchObject({ reason: { code: 'budget-exhausted' } })
  await expect(run.host.ask(question('c'))).rejects.toThrow('Others have spent it.')
  expect(run.server.requests).toHaveLength(1)
  expect(total(run.host)).toMatchObject({ requestsWithoutUsage: 0 })
})

test('an agent with many questions does not starve one with few', async () => {
  const order: string[] = []
  const script: Script = ({ messages }) => {
    order.push(messages[0]?.content.split(' ')[0] ?? '')
    return answer(right)
  }
  await using run = await rehearse(script, { model: { limits: { concurrency: 1 } } })
  const ask = (agent: string) => (_: unknown, index: number) =>
    run.host.ask(question(`${agent} ${index}`, { agent }))
  await Promise.all([...[...Array(200)].map(ask('many')), ...[...Array(5)].map(ask('few'))])
  expect(order.slice(0, 12).filter((agent) => agent === 'few')).toHaveLength(5)
})

test('a forecast sends nothing and says what is kept already', async () => {
  const cache = memory()
  await using run = await rehearse(() => answer(right), { cache })
  const asked = question('x'.repeat(400), { parameters: { maxOutputTokens: 300 } })
  const { cached, estimate } = await run.host.forecast(asked)
  expect({ cached, outputAtMost: estimate.outputAtMost }).toEqual({
    cached: false,
    outputAtMost: 300,
  })
  expect(estimate.input).toBeGreaterThan(100)
  expect((await run.host.forecast(question('x'))).estimate.outputAtMost).toBeNull()
  expect(run.server.requests).toHaveLength(0)
  await run.host.ask(asked)
  expect((await run.host.forecast(asked)).cached).toBe(true)
})

test('a model that cannot be used says what to set', async () => {
  const models = { keyless: ModelSettings.parse({ provider: 'openai', model: 'gpt' }) }
  await using host = createModelHost({ models, env: {}, directory: '.' })
  expect(host.gap('keyless')).toContain('OPENAI_API_KEY')
  expect(host.gap('other')).toContain('proofloop.config.ts names no model other; it has keyless')
  expect((await failure(host.ask(question('x', { alias: 'keyless' })))).code).toBe(
    'model-not-connected',
  )
  expect((await failure(host.ask(question('x', { alias: 'other' })))).code).toBe(
    'model-alias-unknown',
  )
})

test('a key is in no answer key, error or account', async () => {
  const cache = memory()
  await using server = await startScriptedServer((_request, nth) =>
    nth === 0
      ? answer(right)
      : rawReply('{"error":{"message":"sk-secret is bad"}}', { status: 401 }),
  )
  const host = (key: string) => {
    const model = { provider: 'openai', model: 'gpt', baseURL: server.baseURL } as const
    const models = { reader: ModelSettings.parse(model) }
    return createModelHost({ models, env: { OPENAI_API_KEY: key }, directory: '.', cache })
  }
  await using first = host('sk-secret')
  await first.ask(question('x'))
  await using second = host('sk-other')
  await second.ask(question('x'))
  expect(server.requests).toHaveLength(1)
  const { message } = await failure(first.ask(question('y')))
  const written = JSON.stringify([
    message,
    first.account(),
    first.settings('reader'),
    [...cache.answers],
  ])
  expect(written).not.toContain('sk-')
})
