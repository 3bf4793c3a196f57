import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { ReviewEvent } from '../schema/workplace.ts'
import {
  answer,
  datasetEntry,
  evaluationDetails,
  evaluationRun,
  longDocument,
  newDatasetVersion,
  newDocument,
  newEvaluation,
  newIssue,
  newReview,
  verdict,
} from '../store/store-samples.ts'
import { followReview } from './follow-review.ts'
import { prune } from './prune.ts'

const day = 24 * 60 * 60 * 1000

type Server = Awaited<ReturnType<typeof testServer>>

/** Of a document of its own. */
async function createReview({ store, host }: Server): Promise<string> {
  await store.documents.add(newDocument('a'))
  const { id } = await store.reviews.create({
    id: timeOrderedId(),
    document: 'a',
    flowVersion: (await host.flows.current()).hash,
    issueOrder: 'document',
    fullReview: false,
    requester: 'ann',
  })
  return id
}

/** A review that has ended with one issue, and kept four events. */
async function endedReview(server: Server) {
  const { store } = server
  const id = await createReview(server)
  const issue = { ...newIssue(1), agent: 'grammar' }
  const events = [1, 2, 3].map((done) => ({
    kind: 'progress',
    content: { type: 'progress', done, parts: 3 },
  }))
  await store.parts.plan(id, [{ agent: 'grammar', chunk: 0 }])
  await store.parts.finish({ review: id, agent: 'grammar', chunk: 0 }, { issues: [issue], events })
  await store.reviews.end(id, {
    state: 'done',
    events: [{ kind: 'complete', content: { type: 'complete', state: 'done' } }],
  })
  return { id, issue }
}

async function follow(host: Parameters<typeof followReview>[0], id: string, after: number) {
  const told: { sequence: number; event: ReviewEvent }[] = []
  const signal = AbortSignal.timeout(30_000)
  for await (const one of followReview(host, id, { after, signal })) {
    told.push(one)
    if (one.event.type === 'complete') break
  }
  return told
}

test('who comes back after the events were deleted is told the state anew, then what comes', async () => {
  await using server = await testServer()
  const { store, host } = server
  const { id, issue } = await endedReview(server)
  await prune(host, Date.now() + 29 * day)
  expect((await follow(host, id, 1)).map(({ sequence }) => sequence)).toEqual([2, 3, 4])
  await prune(host, Date.now() + 31 * day)
  expect(await store.events.since(id, { after: 0, limit: 9 })).toEqual([])

  const told = await follow(host, id, 2)
  expect(told.map(({ sequence, event }) => [sequence, event.type])).toEqual([
    [2, 'issues'],
    [2, 'agent'],
    [2, 'progress'],
    [2, 'read'],
    [4, 'complete'],
  ])
  expect(told[0]?.event).toMatchObject({ issues: [{ issue: { id: issue.id }, status: 'open' }] })
  expect(told[2]?.event).toEqual({ type: 'progress', done: 1, parts: 1 })

  await store.verdicts.add(verdict(id, issue, { kind: 'accepted' }), 0, [
    { kind: 'verdict', content: issue.id },
  ])
  const next = followReview(host, id, { after: 4, signal: AbortSignal.timeout(30_000) })
  expect((await next.next()).value).toMatchObject({ sequence: 5, event: { type: 'verdict' } })
})

test('events of a review that runs stay, however old they are', async () => {
  await using server = await testServer()
  const { store, host } = server
  const id = await createReview(server)
  await store.events.append(id, [
    { kind: 'progress', content: { type: 'progress', done: 0, parts: 1 } },
  ])
  await prune(host, Date.now() + 400 * day)
  expect(await store.events.since(id, { after: 0, limit: 9 })).toHaveLength(1)
})

test('sessions and links that have ended are deleted, those that hold stay', async () => {
  await using server = await testServer()
  const { host, accounts, first, solo } = server
  const count = () =>
    Promise.all(
      ['sessions', 'verifications'].map(async (table) => {
        const { db } = server.store.accountTables
        const rows = await db
          .selectFrom(table as 'people')
          .select('id')
          .execute()
        return rows.length
      }),
    )
  await accounts.passwordToken(first.id, day)
  expect(await count()).toEqual([1, 1])
  await prune(host, Date.now())
  expect(await count()).toEqual([1, 1])
  expect((await solo('GET', '/api/me')).status).toBe(200)
  await prune(host, Date.now() + 2 * day)
  expect(await count()).toEqual([1, 0])
  await prune(host, Date.now() + 31 * day)
  expect(await count()).toEqual([0, 0])
})

const forEver = { documentDays: null, answerDays: null, mistakeDays: null, traceDays: null }

test('documents are forgotten when their days are over, but for those that are needed', async () => {
  await using server = await testServer()
  const { store, host } = server
  const add = async (text: string): Promise<string> => {
    const { sha256 } = await host.blobs.put(contentOf(text))
    await store.documents.add(newDocument(sha256))
    await store.documents.markReady(sha256, longDocument(sha256))
    return sha256
  }
  const letter = await add('letter')
  const [labelled, reviewed] = [await add('labelled'), await add('reviewed')]
  await labelAs('letters', labelled)
  const flowVersion = (await host.flows.current()).hash
  const review = await store.reviews.create({ ...newReview(reviewed), flowVersion })
  const states = async () => {
    const documents = await store.documents.sharing([letter, labelled, reviewed])
    const byId = new Map(documents.map(({ id, state }) => [id, state]))
    return [letter, labelled, reviewed].map((id) => byId.get(id))
  }
  const retention = { ...forEver, documentDays: 10 }

  await prune({ ...host, retention }, Date.now() + 9 * day)
  expect(await states()).toEqual(['ready', 'ready', 'ready'])
  await prune(host, Date.now() + 4000 * day)
  expect(await states()).toEqual(['ready', 'ready', 'ready'])
  await prune({ ...host, retention }, Date.now() + 11 * day)
  expect(await states()).toEqual(['forgotten', 'ready', 'ready'])
  expect(await store.documents.text(letter)).toBeNull()
  expect([await host.blobs.has(letter), await host.blobs.has(labelled)]).toEqual([false, true])
  expect(await store.audit.list({ limit: 1 })).toMatchObject([
    { actor: 'retention', action: 'document-forgotten', subject: letter },
  ])
  await store.reviews.end(review.id, { state: 'done', events: [] })
  await prune({ ...host, retention }, Date.now() + 11 * day)
  expect(await states()).toEqual(['forgotten', 'ready', 'forgotten'])

  async function labelAs(dataset: string, source: string): Promise<void> {
    const entry = datasetEntry('one', 'evaluation', { provenance: { source } })
    await store.datasets.addVersion(newDatasetVersion([entry], { hash: 'ab' }))
  }
})

test('answers, mistakes and courses of reviews go when their days are over, each by its own', async () => {
  await using server = await testServer()
  const { store, host } = server
  const { id } = await endedReview(server)
  await store.answers.put({ key: 'k', answer, document: null })
  await store.evaluations.start(newEvaluation('measured'))
  await store.evaluations.finish('measured', evaluationRun, evaluationDetails)
  const left = async () => [
    (await store.answers.get('k')) !== null,
    (await store.evaluations.details('measured')) !== null,
    (await store.events.since(id, { after: 0, limit: 9 })).length > 0,
  ]
  const retention = { documentDays: 40, answerDays: 10, mistakeDays: 20, traceDays: 30 }
  const after = async (days: number, kept: typeof retention | typeof forEver = retention) => {
    await prune({ ...host, retention: kept }, Date.now() + days * day)
    return await left()
  }
  expect(await after(9)).toEqual([true, true, true])
  expect(await after(4000, forEver)).toEqual([true, true, true])
  expect(await after(11)).toEqual([false, true, true])
  expect(await after(21)).toEqual([false, false, true])
  expect(await store.evaluations.run('measured')).toEqual(evaluationRun)
  expect(await after(31)).toEqual([false, false, false])
})

async function* contentOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
