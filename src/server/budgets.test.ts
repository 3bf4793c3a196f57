import { expect, test } from 'vitest'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { promiseServer } from '../../test/helpers/promise-server.ts'
import { formWith } from '../../test/helpers/test-server.ts'
import type { ReviewEvent } from '../schema/workplace.ts'

type Server = Awaited<ReturnType<typeof promiseServer>>

/** Four chunks, in each of which each agent finds something. */
const text = Array.from(
  { length: 128 },
  (_, n) => `Paragraph ${n}: the office will ${n % 30 === 0 ? 'always' : 'mostly'} be open.`,
).join('\n\n')

/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const requestsOfAll = 4 * 4

async function upload({ ask }: Server): Promise<string> {
  const { body } = await ask('POST', '/api/documents', formWith(text))
  return body.sha256
}

async function review(own: Server, request: object) {
  const { status, body } = await own.ask('POST', '/api/reviews', request)
  expect([status, body.code]).toEqual([201, undefined])
  await own.server.until(
    async () => (await own.server.store.reviews.get(body.id))?.endedAt !== null,
  )
  return (await own.ask('GET', `/api/reviews/${body.id}`)).body
}

/** The last two things that a review tells. */
async function endOf(own: Server, id: string): Promise<ReviewEvent[]> {
  const told = await own.ask('GET', `/api/reviews/${id}/events?until=complete`)
  const data = told.text.match(/^data: (\{.*)$/gm) ?? []
  return data.slice(-2).map((line) => JSON.parse(line.slice('data: '.length)))
}

async function issuesOf(own: Server, id: string): Promise<number> {
  return (await own.ask('GET', `/api/reviews/${id}/issues`)).body.issues.length
}

const noLimits = { currency: 'USD', perMonth: null, perPersonAndMonth: null }

test('what a review spends is added to the month of who asked for it', async () => {
  await using own = await promiseServer()
  const done = await review(own, { document: await upload(own) })
  expect(done.state).toBe('done')
  const { body: budget } = await own.ask('GET', '/api/budget')
  expect(own.models.requests).toHaveLength(requestsOfAll)
  expect(budget.spent).toBeGreaterThan(0.001)
  expect(budget.spentByYou).toBe(budget.spent)
  const [spend] = await own.server.store.spend.list(budget.month)
  expect(spend).toMatchObject({ person: own.server.first.id, requests: requestsOfAll })
})

test.each(['perMonth', 'perPersonAndMonth'])(
  'a review that reaches the budget (%s) stops, keeps what is done, and goes on when it is started again',
  async (limit) => {
    await using own = await promiseServer()
    const document = await upload(own)
    await own.ask('PUT', '/api/budget', { ...noLimits, [limit]: 0.006 })
    const stopped = await review(own, { document })
    expect(stopped).toMatchObject({ state: 'stopped', reason: expect.stringContaining('budget') })
    const { body: listed } = await own.ask('GET', `/api/documents/${document}`)
    expect(listed.newestReview).toMatchObject({ state: 'stopped', reason: stopped.reason })
    expect(await endOf(own, stopped.id)).toMatchObject([
      { type: 'error', code: 'budget-exhausted', message: stopped.reason },
      { type: 'complete', state: 'stopped' },
    ])
    const { body: budget } = await own.ask('GET', '/api/budget')
    expect(budget.spent).toBeGreaterThan(0)
    expect(budget.spent).toBeLessThanOrEqual(0.006)
    const found = await issuesOf(own, stopped.id)
    expect(found).toBeGreaterThan(0)

    await own.ask('PUT', '/api/budget', { ...noLimits, [limit]: 1 })
    const done = await review(own, { document })
    expect(done.state).toBe('done')
    expect(await issuesOf(own, done.id)).toBeGreaterThan(found)
    // What was answered is not paid twice.
    expect(own.models.requests).toHaveLength(requestsOfAll)
  },
)

test('what others spend meanwhile stops a review; answers under way are kept and counted', async () => {
  const came = Promise.withResolvers<void>()
  const spentElsewhere = Promise.withResolvers<void>()
  await using own = await promiseServer(async (request, nth) => {
    came.resolve()
    await spentElsewhere.promise
    const reply = findPromises(request)
    // Until all are sent it takes several times as long as between two looks at the budget.
    return nth < 4 ? reply : { ...reply, delayMs: 400 }
  })
  const { spend } = own.server.store
  await own.server.host.budgets.set({ ...noLimits, perMonth: 1 })
  const running = review(own, { document: await upload(own) })
  await came.promise
  const { body: before } = await own.ask('GET', '/api/budget')
  const account = { requests: 1, retries: 0, cached: 0, failed: 0, inputTokens: 1, outputTokens: 1 }
  const cost = { cachedInputTokens: 0, requestsWithoutUsage: 0, cost: 5, currency: 'USD' }
  await spend.add({ id: 'x', person: 'bob', accounts: { reviewer: { ...account, ...cost } } })
  spentElsewhere.resolve()
  const stopped = await running
  expect(stopped).toMatchObject({ state: 'stopped', reason: expect.stringContaining('is spent') })
  expect(own.models.requests.length).toBeLessThan(requestsOfAll)
  const all = await spend.list(before.month)
  expect(all.find(({ person }) => person !== 'bob')).toMatchObject({
    requests: own.models.requests.length,
    requestsWithoutCost: 0,
  })
})

test('at the limit nothing that asks models is started, alone or as a batch', async () => {
  await using own = await promiseServer()
  const document = await upload(own)
  await review(own, { document, agents: ['absolutes'] })
  const { spent } = (await own.ask('GET', '/api/budget')).body
  await own.ask('PUT', '/api/budget', { ...noLimits, perMonth: spent })
  const refusals = [
    await own.ask('POST', '/api/reviews', { document }),
    await own.ask('POST', '/api/reviews/batch', { documents: [document] }),
  ]
  expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
    [400, 'budget-exhausted'],
    [400, 'budget-exhausted'],
  ])
})

test('a budget in another currency than the prices is refused when it is set, and before a run', async () => {
  await using own = await promiseServer()
  const document = await upload(own)
  const inEuro = { currency: 'EUR', perMonth: 5, perPersonAndMonth: null }
  const { status, body } = await own.ask('PUT', '/api/budget', inEuro)
  expect([status, body.code]).toEqual([400, 'budget-currency'])
  expect(body.message).toMatch(/in EUR.*reviewer in USD/u)
  expect((await own.ask('GET', '/api/budget')).body).toMatchObject(noLimits)
  expect((await own.ask('PUT', '/api/budget', { ...inEuro, perMonth: null })).status).toBe(200)
  // The prices may have been changed since.
  await own.server.host.budgets.set(inEuro)
  const refusals = [
    await own.ask('POST', '/api/reviews', { document }),
    await own.ask('POST', '/api/evaluations', { dataset: 'memos', repeats: 1 }),
  ]
  expect(refusals.map((one) => one.body.code)).toEqual(['budget-currency', 'budget-currency'])
  expect(own.models.requests).toHaveLength(0)
})
