import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { expect, it } from 'vitest'
import {
  createReview,
  expectKept,
  killDuringIngest,
  writePart,
  type Acknowledged,
} from '../../../test/helpers/ingest.ts'
import { startPostgres } from '../../../test/helpers/postgres-server.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'

it('loses nothing that it acknowledged when a client is killed', async () => {
  await using server = await startPostgres()
  const options = { dataFolder: '', databaseUrl: server.url }
  expect(await killDuringIngest(options, 5)).toBeGreaterThan(100)
})

it('loses nothing when the server crashes and goes on when it is back', async () => {
  await using server = await startPostgres()
  const options = { dataFolder: '', databaseUrl: server.url }
  const review = await createReview(options)
  await using store = await openStore(options)
  const load = startLoad(store, review)
  for (let crash = 0; crash < 3; crash += 1) {
    await load.progress(100)
    await server.crash()
    await load.failures(10)
    await server.start()
  }
  await load.progress(100)
  const { acknowledged, codes } = await load.stop()
  expect([...codes]).toEqual(['store-unavailable'])
  await expectKept(store, review, acknowledged)
})

it('answers with clear errors while the server is away for seconds', async () => {
  await using server = await startPostgres()
  const options = { dataFolder: '', databaseUrl: server.url }
  const review = await createReview(options)
  await using store = await openStore(options)
  await server.crash()
  // Idle connections have ended; nobody waited for them.
  await setTimeout(5000)
  await expect(store.settings.get('key')).rejects.toMatchObject({
    name: 'UserFacingError',
    code: 'store-unavailable',
    message: expect.stringContaining('PostgreSQL cannot be used now (ECONNREFUSED)'),
  })
  await expect(openStore(options)).rejects.toMatchObject({ code: 'store-unavailable' })
  await server.start()
  const acknowledged: Acknowledged[] = []
  await writePart(store, review, (done) => acknowledged.push(done))
  await expectKept(store, review, acknowledged)
})

it('refuses a server that may lose what it acknowledged', async () => {
  await using server = await startPostgres()
  const databaseUrl = await server.createDatabase()
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const name = new URL(databaseUrl).pathname.slice(1)
  await client.query(`alter database ${name} set synchronous_commit = off`)
  await client.end()
  await expect(openStore({ dataFolder: '', databaseUrl })).rejects.toMatchObject({
    code: 'store-unsupported',
    message: expect.stringContaining('synchronous_commit'),
  })
})

/** Writers that go on after errors, which must be those that a person may read. */
function startLoad(store: Store, review: string) {
  const acknowledged: Acknowledged[] = []
  const codes = new Set<string>()
  let failures = 0
  let stopped = false
  const write = async (): Promise<void> => {
    while (!stopped) {
      try {
        await writePart(store, review, (done) => acknowledged.push(done))
      } catch (error) {
        if (!(error instanceof UserFacingError)) throw error
        codes.add(error.code)
        failures += 1
        await setTimeout(20)
      }
    }
  }
  const done = Promise.all(Array.from({ length: 8 }, write))
  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached()) await Promise.race([setTimeout(20), done])
  }
  return {
    progress: (more: number) => {
      const goal = acknowledged.length + more
      return until(() => acknowledged.length >= goal)
    },
    failures: (more: number) => {
      const goal = failures + more
      return until(() => failures >= goal)
    },
    async stop() {
      stopped = true
      await done
      return { acknowledged, codes }
    },
  }
}
