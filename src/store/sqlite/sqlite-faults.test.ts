import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import {
  createReview,
  expectKept,
  killDuringIngest,
  writePart,
  type Acknowledged,
} from '../../../test/helpers/ingest.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { createStore, openStore } from '../open-store.ts'
import { masterKeysOf } from '../secrets/master-keys.ts'
import { openSqlite } from './open-sqlite.ts'

const run = promisify(execFile)

it('loses nothing that it acknowledged when the process is killed', async () => {
  await using place = await tempFolder()
  expect(await killDuringIngest({ dataFolder: place.folder }, 3)).toBeGreaterThan(60)
})

it('refuses a folder that another server uses, and takes it over when that was killed', async () => {
  await using place = await tempFolder()
  const options = { dataFolder: place.folder }
  const review = await createReview(options)
  const child = fork(new URL('../../../test/helpers/ingest-child.ts', import.meta.url), [
    JSON.stringify({ store: options, review }),
  ])
  const exit = once(child, 'exit')
  await once(child, 'message')
  await expect(openStore(options)).rejects.toMatchObject({
    name: 'UserFacingError',
    code: 'store-locked',
    message: expect.stringContaining(`process ${child.pid}`),
  })
  // A command beside the server may read and write.
  {
    await using beside = await openStore({ ...options, exclusive: false })
    await beside.settings.put('from', 'beside')
  }
  child.kill('SIGKILL')
  await exit
  await using store = await openStore(options)
  expect(await store.settings.get('from')).toBe('beside')
  await expect(openStore(options)).rejects.toMatchObject({ code: 'store-locked' })
})

it('goes on writing and answering while a long read runs', async () => {
  await using place = await tempFolder()
  await using database = await openSqlite({ dataFolder: place.folder, exclusive: true })
  const { kysely } = database
  await kysely.schema.createTable('notes').addColumn('note', 'text').execute()
  const done: string[] = []
  const count = sql<{ n: number }>`(with recursive n(i) as (select 1 union all
    select i + 1 from n where i < 10000000) select count(*) as n from n)`
  const long = kysely.selectFrom(count.as('counted')).selectAll().execute()
  const ended = long.then(() => done.push('long read'))
  for (let i = 0; i < 20; i += 1) {
    await sql`insert into notes values (${i})`.execute(kysely)
    await kysely
      .selectFrom(sql`notes`.as('notes'))
      .selectAll()
      .execute()
    done.push('write and read')
  }
  await ended
  expect(done.indexOf('long read')).toBeGreaterThan(0)
  expect(done.at(-1)).toBe('long read')
  expect(await long).toEqual([{ n: 10_000_000 }])
})

it('runs transactions of several queries one after the other', async () => {
  await using place = await tempFolder()
  await using database = await openSqlite({ dataFolder: place.folder, exclusive: true })
  const { kysely } = database
  await sql`create table counter (n integer)`.execute(kysely)
  await sql`insert into counter values (0)`.execute(kysely)
  const increment = (fails: boolean) =>
    kysely.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ n: number }>`select n from counter`.execute(transaction)
      await sql`update counter set n = ${(rows[0]?.n ?? 0) + 1}`.execute(transaction)
      if (fails) throw new Error('changed my mind')
    })
  const single = () => sql`update counter set n = n + 1`.execute(kysely)
  const work = Array.from({ length: 30 }, (_, i) =>
    i % 3 === 0 ? single() : increment(i % 3 === 1),
  )
  const results = await Promise.allSettled(work)
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10)
  const { rows } = await sql<{ n: number }>`select n from counter`.execute(kysely)
  expect(rows[0]?.n).toBe(20)
})

it('says that the disk is full, loses nothing, and goes on when there is space', async () => {
  await using place = await tempFolder()
  const options = { dataFolder: place.folder, exclusive: true }
  const review = await createReview(options)
  const acknowledged: Acknowledged[] = []
  const write = () => writePart(store, review, (done) => acknowledged.push(done))
  await using database = await openSqlite(options)
  const store = createStore({ database, masterKeys: masterKeysOf(options), now: Date.now })
  const limit = (pages: number) =>
    sql`pragma max_page_count = ${sql.lit(pages)}`.execute(database.kysely)

  await limit(150)
  await expect(writeForever(write)).rejects.toMatchObject({
    name: 'UserFacingError',
    code: 'store-full',
  })
  await expectKept(store, review, acknowledged)
  await limit(100_000)
  await write()
  await expectKept(store, review, acknowledged)
})

it('survives a file system without space', async ({ skip }) => {
  await using place = await tempFolder()
  const mount = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', place.folder]
  await run('mount', mount).catch(() => skip('making a small file system takes more rights'))
  try {
    const options = { dataFolder: place.folder }
    const review = await createReview(options)
    const acknowledged: Acknowledged[] = []
    {
      await using store = await openStore(options)
      const write = () => writePart(store, review, (done) => acknowledged.push(done))
      const full = { name: 'UserFacingError', code: 'store-full' }
      await expect(writeForever(write)).rejects.toMatchObject(full)
      await expect(writeForever(write)).rejects.toMatchObject(full)
      await expectKept(store, review, acknowledged)
      await run('mount', ['-o', 'remount,size=20m', place.folder])
      await write()
      await expectKept(store, review, acknowledged)
    }
    await using again = await openStore(options)
    await expectKept(again, review, acknowledged)
  } finally {
    await run('umount', ['-l', place.folder])
  }
})

async function writeForever(write: () => Promise<void>): Promise<never> {
  for (;;) await Promise.all(Array.from({ length: 4 }, write))
}
