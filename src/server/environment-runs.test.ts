import { expect, test } from 'vitest'
import { findPromises, promiseFlow } from '../../test/helpers/promise-flow.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { withinAMonth } from '../../test/helpers/within-a-month.ts'
import { findEnvironment, loadServerConfig } from '../environment/server-config.ts'
import { type Script, startScriptedServer } from '../model/scripted-server.ts'
import { monthOf } from '../store/spend.ts'

/** A server for `prod`, whose flow leads to nobody by itself. */
async function serverFor(settings: object = {}, script: Script = findPromises) {
  const stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(script))
  const flow = stack.use(
    await promiseFlow({ baseURL: 'http://127.0.0.1:9' }, 4, 'flow/datasets/memos'),
  )
  const price = { inputPerMillion: 1, outputPerMillion: 4 }
  const connection = { provider: 'openai-compatible', baseURL: models.baseURL, price }
  const modelsOf = (name: string) => ({ reviewer: { ...connection, model: `model-of-${name}` } })
  const environments = {
    dev: { models: modelsOf('dev') },
    prod: { models: modelsOf('prod'), ...settings },
  }
  const text = JSON.stringify({ models: {}, environments })
  const folder = stack.use(await tempFolder({ 'proofloop.config.ts': `export default ${text}` }))
  const config = loadServerConfig({ cwd: folder.folder })
  const environment = findEnvironment(config, 'prod')
  const options = { work: true, flow: flow.path('flow'), env: flow.env, config, environment }
  const server = stack.use(await testServer(options))
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await server.solo(method, path, body)
    const text = await answer.text()
    return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : null }
  }
  const evaluate = async (repeats: number) => {
    const start = { dataset: 'memos', agents: ['absolutes'], repeats }
    const { body } = await ask('POST', '/api/evaluations', start)
    await ask('GET', `/api/evaluations/${body.id}/events`)
    return (await ask('GET', `/api/evaluations/${body.id}`)).body
  }
  const review = async (text: string) => {
    const { body } = await ask('POST', '/api/documents', formWith(text))
    const started = await ask('POST', '/api/reviews', { document: body.sha256 })
    if (started.status >= 400) return started.body
    const state = async () => (await ask('GET', `/api/reviews/${started.body.id}`)).body
    await server.until(async () => (await state()).finishedAt !== null)
    return state()
  }
  return {
    models,
    server,
    ask,
    evaluate,
    review,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const slow: Script = (request) => ({ ...findPromises(request), delayMs: 400 })

test("a server's own runs ask the models of its environment, with the flow's parameters", async () => {
  await using own = await serverFor()
  expect(await own.review('We always pay.')).toMatchObject({ state: 'done' })
  expect(await own.evaluate(1)).toMatchObject({ state: 'done' })
  const asked = own.models.requests.map(({ body }) => body)
  expect(asked.length).toBeGreaterThan(4)
  for (const body of asked) expect(body).toMatchObject({ model: 'model-of-prod' })
  expect(asked).toContainEqual(expect.objectContaining({ max_tokens: 500 }))
})

test('what runs in an environment is held to its budget, and what runs elsewhere does not count', async () => {
  await using own = await serverFor({ limits: { budget: { perMonth: 0.01 } } })
  const { store, host, first } = own.server
  own.server.setClock(withinAMonth(Date.now()))
  const account = { requests: 1, requestsWithoutUsage: 0, retries: 0, cached: 0, failed: 0 }
  const spent = {
    ...account,
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 1,
    currency: 'USD',
  }
  const accounts = { reviewer: { ...spent, cost: 5 } }
  await store.spend.add({ id: 'dev', person: first.id, environment: 'dev', accounts })
  expect(await own.review('We always pay.')).toMatchObject({ state: 'done' })
  expect(await store.spend.listIn('prod', monthOf(host.now()))).toMatchObject([
    { model: 'reviewer' },
  ])
  await store.spend.add({ id: 'prod', person: first.id, environment: 'prod', accounts })
  const refused = await own.review('We never pay.')
  expect(refused).toMatchObject({ code: 'budget-exhausted' })
  expect(refused.message).toMatch(
    /^The budget of 0\.01 USD of prod for .* is spent\. .*limits\.budget of prod/u,
  )
  expect(await host.budgets.limitsFor(first.id, { reviewer: undefined }, 'dev')).toBeUndefined()
})

test('a review that runs longer than its environment allows is stopped, and what was found stays', async () => {
  let asked = 0
  const hanging: Script = (request) => {
    asked += 1
    return { ...findPromises(request), delayMs: asked > 1 ? 60_000 : 0 }
  }
  await using own = await serverFor({ limits: { reviewMinutes: 0.02 } }, hanging)
  const review = await own.review('We always pay.')
  expect(review).toMatchObject({ state: 'stopped', reason: expect.stringContaining('0.02 min') })
  expect(review.reason).toContain('limits.reviewMinutes')
})

test('so is an evaluation', async () => {
  await using own = await serverFor({ limits: { evaluationMinutes: 0.02 } }, slow)
  expect(await own.evaluate(9)).toMatchObject({ state: 'failed', code: 'evaluation-too-long' })
})

test('as many evaluations run at once as the environment says', async () => {
  const bothRun = Promise.withResolvers<void>()
  const held: Script = async (request) => {
    await bothRun.promise
    return { ...findPromises(request), delayMs: 20 }
  }
  await using own = await serverFor({ capacity: { evaluations: 2, requests: 1 } }, held)
  for (const agent of ['absolutes', 'promises']) {
    await own.ask('POST', '/api/evaluations', { dataset: 'memos', agents: [agent], repeats: 1 })
  }
  const untilBoth = (is: (one: { runs: unknown; state: string }) => boolean) =>
    own.server.until(async () => {
      const { body } = await own.ask('GET', '/api/evaluations')
      return body.items.filter(is).length === 2
    })
  // The first does not end before the second runs, since no model has answered.
  await untilBoth(({ runs }) => runs !== null)
  bothRun.resolve()
  await untilBoth(({ state }) => state === 'done')
  expect(own.models.busiest).toBe(1)
})
