import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openEvaluationHost } from '../../test/helpers/evaluation-host.ts'
import { findPromises, promiseFlow } from '../../test/helpers/promise-flow.ts'
import { type Script, startScriptedServer } from '../model/scripted-server.ts'
import { monthOf } from '../store/spend.ts'
import { evaluationEntry, evaluationReport } from './evaluation-entry.ts'
import type { EvaluationHost } from './evaluation-host.ts'
import { startEvaluation, stopEvaluation, workOnEvaluations } from './start-evaluation.ts'

const request = { dataset: 'memos', repeats: 2 }
/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const requestsPerMemo = 4

async function withFlow(script: Script = findPromises, documents = 6) {
  const server = await startScriptedServer(script)
  const flow = await promiseFlow(server, documents, 'flow/datasets/memos')
  return {
    server,
    ...flow,
    open: (grace?: number) => openEvaluationHost(flow.folder, { env: flow.env, grace }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await flow[Symbol.asyncDispose]()
    },
  }
}

async function ended(host: EvaluationHost, id: string) {
  for (;;) {
    const found = await host.store.evaluations.get(id)
    if (found !== null && found.state !== 'running') return found
    await setTimeout(20)
  }
}

const nameOf = (id: string) => ({ id, name: id })

test('an evaluation measures each agent, keeps its mistakes and what it has spent', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { host, store } = opened
  await workOnEvaluations(host)
  const { id } = await startEvaluation(host, 'ann', request)
  const done = await ended(host, id)
  expect(done).toMatchObject({ state: 'done', documents: 6, repeats: 2, error: null })
  expect(own.server.requests).toHaveLength(6 * 2 * requestsPerMemo)
  const run = (await store.evaluations.run(id))!
  const report = await evaluationReport({ ...host, nameOf }, done, run)
  expect(report).toMatchObject({
    evaluation: {
      state: 'done',
      walls: { isolation: 'process' },
      agents: { Promise: { tp: 6, fp: 2, fn: 0, tooFew: true }, Absolute: { tp: 6, fp: 2 } },
      startedBy: { name: 'ann' },
    },
    account: { requests: 48, cached: 0 },
    failures: [],
  })
  const [mistake] = report.mistakes
  expect(mistake).toMatchObject({ kind: 'spurious', detected: { text: 'never' } })
  const { start = 0, end = 0 } = mistake?.detectedRange ?? {}
  expect(mistake?.paragraph?.text.slice(start, end)).toBe('never')
  const [spent] = await store.spend.list(monthOf(opened.now()))
  expect(spent).toMatchObject({ person: 'ann', model: 'reviewer', requests: 48 })
  expect(spent?.cost).toBeCloseTo(report.account?.cost ?? 0, 10)
})

test('after a crash it goes on, and no model is asked twice', async () => {
  const { promise: fourHang, resolve } = Promise.withResolvers<void>()
  await using own = await withFlow((message, nth) => {
    if (nth === 23) resolve()
    return nth >= 20 && nth < 24 ? new Promise(() => {}) : findPromises(message)
  })
  const id = await (async () => {
    await using opened = await own.open(0)
    await workOnEvaluations(opened.host)
    const started = await startEvaluation(opened.host, 'ann', request)
    await fourHang
    return started.id
  })()
  await using again = await own.open()
  expect(await again.store.evaluations.get(id)).toMatchObject({ state: 'running' })
  await workOnEvaluations(again.host)
  expect(await ended(again.host, id)).toMatchObject({ state: 'done' })
  // The four that hung were not answered, and so are asked again.
  expect(own.server.requests).toHaveLength(6 * 2 * requestsPerMemo + 4)
})

test('one that was kept without its job gets one at the next start', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { host } = opened
  const lost = { ...host, jobs: { ...host.jobs, add: () => Promise.reject(new Error('killed')) } }
  await expect(startEvaluation(lost, 'ann', request)).rejects.toThrow('killed')
  const [kept] = await host.store.evaluations.list({ limit: 1 })
  const id = kept?.id ?? ''
  await workOnEvaluations(host)
  expect(await ended(host, id)).toMatchObject({ state: 'done' })
})

test('one that was kept without its job gets one when it is started again under its key, by however many', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { host, store } = opened
  await workOnEvaluations(host)
  const lost = { ...host, jobs: { ...host.jobs, add: () => Promise.reject(new Error('cut off')) } }
  const keyed = { ...request, key: randomUUID() }
  await expect(startEvaluation(lost, 'ann', keyed)).rejects.toThrow('cut off')
  const again = await Promise.all([1, 2, 3].map(() => startEvaluation(host, 'ann', keyed)))
  const [first] = again
  const id = first?.id ?? ''
  expect(new Set(again.map((one) => one.job))).toEqual(new Set([expect.any(String)]))
  expect(await ended(host, id)).toMatchObject({ state: 'done' })
  expect(await startEvaluation(host, 'ann', keyed)).toMatchObject({ id, state: 'done' })
  expect(await store.evaluations.list({ limit: 9 })).toHaveLength(1)
  expect(own.server.requests).toHaveLength(6 * 2 * requestsPerMemo)
})

test('one that asks a model is told to run, however long the store takes', async () => {
  const states: string[] = []
  let stateNow = async (): Promise<string> => 'none'
  await using own = await withFlow(async (message) => {
    states.push(await stateNow())
    return findPromises(message)
  })
  await using opened = await own.open()
  const { host, store } = opened
  stateNow = async () => {
    const [stored] = await store.evaluations.list({ limit: 1 })
    return stored ? (await evaluationEntry({ ...host, nameOf }, stored)).state : 'none'
  }
  const progress: typeof store.evaluations.progress = async (...told) => {
    await setTimeout(200)
    return store.evaluations.progress(...told)
  }
  const evaluations = { ...store.evaluations, progress }
  await workOnEvaluations({ ...host, store: { ...store, evaluations } })
  const { id } = await startEvaluation(host, 'ann', request)
  await ended(host, id)
  expect(new Set(states)).toEqual(new Set(['running']))
})

test('a stopped one ends within seconds and stays stopped', async () => {
  await using own = await withFlow(() => new Promise(() => {}))
  await using opened = await own.open()
  const { host } = opened
  await workOnEvaluations(host)
  const { id } = await startEvaluation(host, 'ann', request)
  while (own.server.requests.length === 0) await setTimeout(10)
  const running = await host.store.evaluations.get(id)
  expect(running && (await evaluationEntry({ ...host, nameOf }, running))).toMatchObject({
    state: 'running',
    runs: { done: 0, all: 12 },
  })
  expect(await stopEvaluation(host, id)).toMatchObject({ state: 'stopped' })
  while (own.server.openConnections > 0) await setTimeout(10)
  expect(await host.store.evaluations.get(id)).toMatchObject({ state: 'stopped' })
  expect(await host.store.evaluations.run(id)).toBeNull()
})

test('only chosen agents are run and only their types count', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  await workOnEvaluations(opened.host)
  const { id } = await startEvaluation(opened.host, 'ann', { ...request, agents: ['absolutes'] })
  const done = await ended(opened.host, id)
  const entry = await evaluationEntry({ ...opened.host, nameOf }, done)
  expect(Object.keys(entry.agents)).toEqual(['Absolute'])
  expect(entry.chosenAgents).toEqual(['absolutes'])
})

test('what cannot be measured is refused in a sentence', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { host } = opened
  const codeOf = (change: object): Promise<unknown> =>
    startEvaluation(host, 'ann', { ...request, ...change }).catch((error) => error.code)
  expect(await codeOf({ dataset: '../flow/datasets/memos' })).toBe('dataset-not-found')
  expect(await codeOf({ flow: 'no-such' })).toBe('flow-version-not-found')
  expect(await codeOf({ agents: ['nobody'] })).toBe('unknown-agent')
  await writeFile(own.path('flow/datasets/broken.jsonl'), '{"id": 1')
  expect(await codeOf({ dataset: 'broken' })).toBe('bad-line')
  expect(await host.store.evaluations.list({ limit: 9 })).toEqual([])
})

test('a dataset that was changed since the start is not measured as if it were the same', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { id } = await startEvaluation(opened.host, 'ann', request)
  const gold = own.path('flow/datasets/memos/gold.jsonl')
  await writeFile(gold, (await readFile(gold, 'utf8')).replace(/^.*\n/, ''))
  await workOnEvaluations(opened.host)
  expect(await ended(opened.host, id)).toMatchObject({
    state: 'failed',
    error: { code: 'dataset-changed' },
  })
})

test('the budget of a month stops an evaluation, and the next one before it starts', async () => {
  await using own = await withFlow()
  await using opened = await own.open()
  const { host } = opened
  const { budgets } = host
  await budgets.set({ currency: 'USD', perMonth: 0.006, perPersonAndMonth: null })
  await workOnEvaluations(host)
  const { id } = await startEvaluation(host, 'ann', request)
  const failed = await ended(host, id)
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'budget-exhausted' } })
  const { spent } = await budgets.state('ann', { ofAll: true })
  expect(spent).toBeGreaterThan(0.001)
  await budgets.set({ currency: 'USD', perMonth: spent, perPersonAndMonth: null })
  const refusal = startEvaluation(host, 'bob', request)
  await expect(refusal).rejects.toMatchObject({ code: 'budget-exhausted' })
  await budgets.set({ currency: 'USD', perMonth: null, perPersonAndMonth: spent })
  const next = await startEvaluation(host, 'bob', request)
  expect(await ended(host, next.id)).toMatchObject({ error: { code: 'budget-exhausted' } })
  await budgets.set({ currency: 'USD', perMonth: null, perPersonAndMonth: 1 })
  const last = await startEvaluation(host, 'bob', request)
  expect(await ended(host, last.id)).toMatchObject({ state: 'done' })
})
