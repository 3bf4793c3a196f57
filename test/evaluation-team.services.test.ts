import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { dropDatabase } from './helpers/postgres-server.ts'
import { createStoreDatabase } from './helpers/store-database.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'

const documents = 40
/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const questions = documents * 4
/** Of the flow's connection. */
const atOnce = 4

type Entry = {
  state: string
  agents: Record<string, { tp: number; fp: number; fn: number }>
}

test('an evaluation is run by one worker, and when that is killed another goes on without asking again', async () => {
  const { promise: halfway, resolve } = Promise.withResolvers<void>()
  await using models = await startScriptedServer(async (request, nth) => {
    if (nth === questions / 2) resolve()
    await setTimeout(100)
    return findPromises(request)
  })
  await using flow = await promiseFlow(models, documents, 'flow/datasets/memos')
  const databaseUrl = await createStoreDatabase()
  try {
    const start = (role: string) =>
      serverProcess(
        ['--role', role, '--port', '0', '--data', flow.path('data'), '--flow', flow.path('flow')],
        { cwd: flow.folder, env: { DATABASE_URL: databaseUrl, ...flow.env } },
      )
    await using api = await start('api')
    await using first = await start('worker')
    const ask = asker(api.url, await cookieOf(api.link))
    const started = await ask('POST', '/api/evaluations', { dataset: 'memos', repeats: 1 })
    expect(started.status).toBe(201)
    const { id } = (await started.json()) as { id: string }
    await using _second = await start('worker')
    await halfway
    await first.end('SIGKILL')
    const entry = async (): Promise<Entry> =>
      (await (await ask('GET', `/api/evaluations/${id}`)).json()) as Entry
    while ((await entry()).state === 'running') await setTimeout(200)

    expect(await entry()).toMatchObject({
      state: 'done',
      agents: { Promise: { tp: documents, fn: 0 }, Absolute: { tp: documents, fn: 0 } },
    })
    // Two workers at once would ask twice as much at once, and everything twice; what had no answer when
    // one was killed is asked again.
    expect(models.busiest).toBeLessThanOrEqual(atOnce)
    expect(models.requests.length).toBeGreaterThanOrEqual(questions)
    expect(models.requests.length).toBeLessThanOrEqual(questions + 2 * atOnce)
  } finally {
    await dropDatabase(databaseUrl)
  }
})
