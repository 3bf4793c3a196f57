import { mkdir } from 'node:fs/promises'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import type { DoctorCheck, DoctorReport } from '../src/schema/doctor.ts'
import { doctorHost } from './helpers/doctor-host.ts'
import { createDatabase, dropDatabase } from './helpers/postgres-server.ts'
import { createReaderRole } from './helpers/reader-role.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { testServer } from './helpers/test-server.ts'

async function emptyDatabase() {
  const url = await createDatabase(inject('databaseUrl'))
  const name = new URL(url).pathname.slice(1)
  return { url, name, [Symbol.asyncDispose]: () => dropDatabase(url) }
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

/** On tables and schemas. */
async function grantsOf(url: string, role: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(
    `select oid from pg_class, aclexplode(relacl) where grantee = $1::regrole
     union all select oid from pg_namespace, aclexplode(nspacl) where grantee = $1::regrole`,
    [role],
  )
  await client.end()
  return rows
}

/** Somebody who owns the database; gone when nothing belongs to them any more. */
async function ownerOf({ url, name }: { url: string; name: string }, rights: string) {
  const role = `owner_${crypto.randomUUID().replaceAll('-', '')}`
  await run(
    url,
    `create role ${role} login password 'hunter2' ${rights}`,
    `alter database ${name} owner to ${role}`,
    `alter schema public owner to ${role}`,
  )
  return {
    role,
    url: Object.assign(new URL(url), { username: role, password: 'hunter2' }).href,
    async [Symbol.asyncDispose]() {
      await run(url, `reassign owned by ${role} to current_user`, `drop role ${role}`)
    },
  }
}

test('a superuser, and whom row-level security does not hold for, are told', async () => {
  await using database = await emptyDatabase()
  {
    await using place = await doctorHost({ databaseUrl: database.url })
    expect(await place.check('database-role')).toMatchObject({
      result: 'fail',
      sentence: expect.stringContaining('is a superuser'),
      fix: expect.stringContaining('NOSUPERUSER and NOBYPASSRLS'),
    })
  }
  await using other = await emptyDatabase()
  await using owner = await ownerOf(other, 'nosuperuser bypassrls')
  {
    await using place = await doctorHost({ databaseUrl: owner.url })
    expect(await place.check('database-role')).toMatchObject({
      result: 'fail',
      sentence: `The role ${owner.role}, as which Proofloop can act, bypasses row-level security: no rule of the database holds for it.`,
    })
  }
  await run(other.url, `alter role ${owner.role} nobypassrls`)
  await using place = await doctorHost({ databaseUrl: owner.url })
  expect(await place.check('database-role')).toMatchObject({ result: 'pass' })
  // Who may become a superuser is one.
  await using mighty = await ownerOf(database, 'superuser')
  await run(other.url, `grant ${mighty.role} to ${owner.role}`)
  expect(await place.check('database-role')).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining(`The role ${mighty.role}, as which Proofloop can act`),
  })
})

test('a superuser who acts as somebody else is told all the same', async () => {
  await using database = await emptyDatabase()
  await using owner = await ownerOf(database, 'nosuperuser')
  const url = new URL(database.url)
  url.searchParams.set('options', `-c role=${owner.role}`)
  await using place = await doctorHost({ databaseUrl: url.href })
  expect(await place.check('database-role')).toMatchObject({ result: 'fail' })
})

test('a database that is set to lose what it acknowledged is told', async () => {
  await using database = await emptyDatabase()
  {
    await using place = await doctorHost({ databaseUrl: database.url })
    expect(await place.check('durability')).toMatchObject({
      result: 'pass',
      sentence: 'fsync is on, synchronous_commit is on, full_page_writes is on.',
    })
  }
  await using folder = await tempFolder({
    'proofloop.config.ts': 'export default { models: {}, environments: { dev: {} } }',
  })
  await run(database.url, `alter database ${database.name} set synchronous_commit = off`)
  // A server would not start on it; the doctor says why.
  const { stdout } = await runInProcess(['doctor', '--env', 'dev', '--json'], folder.folder, {
    env: { DATABASE_URL: database.url },
  })
  const { checks } = JSON.parse(stdout) as DoctorReport
  const found = (name: string) => checks.find((check) => check.name === name)
  expect(found('store')).toMatchObject({ result: 'pass' })
  expect(found('durability')).toMatchObject({
    result: 'fail',
    sentence: 'What was acknowledged can be lost when the power goes: synchronous_commit is off.',
    fix: expect.stringContaining('synchronous_commit = on'),
  })
  expect(found('server')).toMatchObject({ result: 'fail' })
})

test('a clock that differs from that of the database is told', async () => {
  await using database = await emptyDatabase()
  await using place = await doctorHost({ databaseUrl: database.url })
  expect(await place.check('clock')).toMatchObject({ result: 'pass' })
  expect(await place.check('clock', { now: () => Date.now() - 60_000 })).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(
      /^The clock of the store differs from this machine's by \d\d\.\d s/,
    ),
  })
})

test('times without a zone in a database that is not in UTC are told', async () => {
  await using database = await emptyDatabase()
  await run(database.url, `alter database ${database.name} set timezone = 'Asia/Tokyo'`)
  await using place = await doctorHost({ databaseUrl: database.url })
  expect(await place.check('time-zone')).toMatchObject({
    result: 'pass',
    sentence: "Times are kept in UTC; the database's zone is Asia/Tokyo.",
  })
  await run(database.url, 'create table notes_of_ours (made timestamp)')
  expect(await place.check('time-zone')).toMatchObject({
    result: 'fail',
    sentence:
      "The database's time zone is Asia/Tokyo, and times in notes_of_ours.made have no zone of their own.",
    fix: expect.stringContaining('set timezone'),
  })
})

test('tables that lack a step are told, and what needs them is skipped', async () => {
  await using database = await emptyDatabase()
  await (
    await openStore({ dataFolder: 'unused', databaseUrl: database.url })
  )[Symbol.asyncDispose]()
  await run(database.url, 'delete from proofloop_migrations where number = 24')
  await using folder = await tempFolder({
    'proofloop.config.ts': 'export default { models: {}, environments: { dev: {} } }',
  })
  const { stdout } = await runInProcess(['doctor', '--env', 'dev', '--json'], folder.folder, {
    env: { DATABASE_URL: database.url },
  })
  const { checks } = JSON.parse(stdout) as DoctorReport
  const results = Object.fromEntries(checks.map(({ name, result }) => [name, result]))
  expect(results).toMatchObject({ tables: 'fail', queue: 'skipped', server: 'skipped' })
})

test('an environment on PostgreSQL with a role of its own is well', async () => {
  await using database = await emptyDatabase()
  await using owner = await ownerOf(database, 'nosuperuser')
  const env = { DATABASE_URL: owner.url, PATH: process.env['PATH'] ?? '' }
  await using folder = await tempFolder({
    'proofloop.config.ts': `export default { models: {}, environments: { dev: { isolation: 'process' } } }`,
  })
  const dataFolder = folder.path('.proofloop')
  await (await openStore({ dataFolder, databaseUrl: owner.url }))[Symbol.asyncDispose]()
  await mkdir(dataFolder, { mode: 0o700 })
  expect((await runInProcess(['backup', 'now.backup'], folder.folder, { env })).stderr).toBe('')
  const check = async (): Promise<DoctorCheck[]> => {
    const args = ['doctor', '--env', 'dev', '--json']
    const { stdout, stderr } = await runInProcess(args, folder.folder, { env })
    expect(stdout + stderr).not.toContain('hunter2')
    return (JSON.parse(stdout) as DoctorReport).checks
  }
  const failed = (checks: DoctorCheck[]) => checks.filter(({ result }) => result === 'fail')
  // What a check does not find it does not make.
  const early = failed(await check())
  expect(early.map(({ name }) => name)).toContain('queue')
  expect(early.find(({ name }) => name === 'queue')?.sentence).toContain('has no queues')
  expect(
    await rowsOf(owner.url, "select 1 from pg_namespace where nspname = 'proofloop_jobs'"),
  ).toEqual([])
  {
    await using _server = await serverProcess(['--port', '0'], { cwd: folder.folder, env })
    const { length } = await rowsOf(owner.url, everyJob)
    expect(failed(await check())).toEqual([])
    expect(await rowsOf(owner.url, everyJob)).toHaveLength(length)
  }
  // Nobody works any more, and the doctor is no worker.
  expect(failed(await check())).toMatchObject([
    { name: 'queue', sentence: 'No worker took a job within 10 seconds.' },
  ])
  expect(await rowsOf(owner.url, "select 1 from proofloop_jobs.job where name = 'doctor'")).toEqual(
    [],
  )
})

/** Then somebody has an account, and who is named. */
async function startOnce(
  place: { databaseUrl: string; dataFolder: string },
  ...names: string[]
): Promise<void> {
  await using server = await testServer(place)
  for (const name of names) await server.person(name, ['reviewer'])
}

const everyJob = 'select id from proofloop_jobs.job'

async function rowsOf(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(query)
  await client.end()
  return rows
}

test('the role for readers is tried, and named where there is none', async () => {
  await using database = await emptyDatabase()
  await using reader = await createReaderRole(database.url)
  const check = async (env: Record<string, string>) => {
    await using place = await doctorHost({ databaseUrl: database.url, env })
    return await place.check('reader-wall')
  }
  expect(await check({})).toMatchObject({
    result: 'skipped',
    sentence: expect.stringContaining('The second wall is down'),
    fix: expect.stringContaining('PROOFLOOP_READER_DATABASE_URL'),
  })
  await using folder = await tempFolder()
  const place = { databaseUrl: database.url, dataFolder: folder.folder }
  await startOnce(place)
  expect(await check({})).toMatchObject({ result: 'skipped' })
  await startOnce(place, 'rita')
  // Of two, one may be held back from what the other sees.
  expect(await check({})).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('The second wall is down'),
    fix: expect.stringContaining('Make a role for readers'),
  })
  const good = { PROOFLOOP_READER_DATABASE_URL: reader.url }
  expect(await check(good)).toMatchObject({ result: 'pass' })
  // Trying gives nothing.
  expect(await grantsOf(database.url, reader.name)).toEqual([])
  await run(database.url, 'revoke usage on schema public from public')
  expect(await check(good)).toMatchObject({
    result: 'skipped',
    sentence: expect.stringContaining('cannot be tried yet'),
    fix: expect.stringContaining('Start the server once'),
  })
  expect(await grantsOf(database.url, reader.name)).toEqual([])
  const mighty = { PROOFLOOP_READER_DATABASE_URL: database.url }
  expect(await check(mighty)).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('a superuser'),
  })
})
