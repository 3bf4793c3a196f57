import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { workOnDoctor } from '../src/environment/doctor-queue.ts'
import { throughGateWorker } from '../src/flow/isolate/gate-worker-isolation.ts'
import { findIsolation } from '../src/flow/isolate/isolation.ts'
import { answer, httpError } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { recordBackup } from '../src/store/backup/newest-backup.ts'
import { serverDatasets } from '../src/dataset/stored-datasets.ts'
import { datasetEntry, newDatasetVersion } from '../src/store/store-samples.ts'
import { UserFacingError } from '../src/lib/errors.ts'
import type { BranchGuard } from '../src/schema/branch-guard.ts'
import { createStore } from '../src/store/open-store.ts'
import { masterKeysOf } from '../src/store/secrets/master-keys.ts'
import { doctorHost } from './helpers/doctor-host.ts'
import { bucket, s3Front, type S3Manner, startS3Server } from './helpers/s3-server.ts'
import { addPeople } from '../src/store/account-samples.ts'

const hour = 3_600_000

test('tables that lack a step are told, the first one by its name', async () => {
  await using place = await doctorHost()
  expect(await place.check('tables')).toMatchObject({ result: 'pass' })
  await sql`delete from proofloop_migrations where number = 24`.execute(place.database.kysely)
  expect(await place.check('tables')).toMatchObject({
    result: 'fail',
    sentence: 'The tables lack a step of this version, 024-read-by-ocr first.',
    fix: expect.stringContaining('start the server'),
  })
})

test.each(['off', 'normal'])(
  'a writer with synchronous=%s can lose what it said',
  async (level) => {
    await using place = await doctorHost()
    expect(await place.check('durability')).toMatchObject({
      result: 'pass',
      sentence: 'journal_mode is wal, synchronous is FULL.',
    })
    await place.database.migrateWith((session) =>
      // It cannot be set in a transaction, and the writer opens it again afterwards.
      session.script(`commit; pragma synchronous = ${level}; begin; savepoint held`),
    )
    expect(await place.check('durability')).toMatchObject({
      result: 'fail',
      sentence: expect.stringContaining(`synchronous is ${level.toUpperCase()}`),
      fix: expect.stringContaining('synchronous = FULL'),
    })
  },
)

test('a store that was written to by a clock that is ahead is told', async () => {
  await using place = await doctorHost({ writersNow: () => Date.now() + hour })
  expect(await place.check('clock')).toMatchObject({ result: 'pass' })
  await place.store.settings.put('any', 1)
  expect(await place.check('clock')).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(/^The store has a time that is 3[56]\d\d\.\d s in the future/),
  })
})

test('clocks that differ, and one that is moved while it is watched, are told', async () => {
  await using place = await doctorHost()
  expect(await place.check('clock', { now: () => Date.now() - hour })).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(
      /^The clock of the store differs from this machine's by 3\d{3}\.\d s\.$/,
    ),
  })
  // The first look tells when it was examined, the second begins the watch.
  let looks = 0
  const moved = (): number => Date.now() - (looks++ > 1 ? 5000 : 0)
  expect(await place.check('clock', { now: moved })).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('clock moved by'),
  })
})

test('a TZ that is no time zone is told', async () => {
  await using place = await doctorHost()
  const check = (zone: string) => place.check('time-zone', { env: { TZ: zone } })
  expect(await check('Mars/Olympus')).toMatchObject({ result: 'fail' })
  for (const zone of ['', 'UTC', 'Europe/Berlin', ':America/New_York']) {
    expect(await check(zone)).toMatchObject({ result: 'pass' })
  }
})

test('a master key that is not the one of the database is told', async () => {
  const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64')
  await using place = await doctorHost({ env: { PROOFLOOP_MASTER_KEY: keyOf(1) } })
  expect(await place.check('master-key')).toMatchObject({ result: 'skipped' })
  await place.store.secrets.ensure('split-key', 'any')
  expect(await place.check('master-key')).toMatchObject({ result: 'pass' })
  const { database } = place
  const env = { PROOFLOOP_MASTER_KEY: keyOf(2) }
  const masterKeys = masterKeysOf({ dataFolder: place.dataFolder, env })
  const elsewhere = createStore({ database, masterKeys, now: Date.now })
  const found = await place.check('master-key', { tables: async () => elsewhere })
  expect(found).toMatchObject({ result: 'fail', sentence: expect.stringContaining('master key') })
  expect(JSON.stringify(found)).not.toContain(keyOf(2))
})

test('a master key that goes while a server has secrets open is told', async () => {
  await using place = await doctorHost()
  const file = `${place.dataFolder}/master.key`
  await place.store.secrets.ensure('split-key', 'any')
  expect(await place.check('master-key')).toMatchObject({ result: 'pass' })
  const key = await readFile(file)
  await rm(file)
  expect(await place.check('master-key')).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(
      /sealed with the master key [0-9a-f]{16}, and there is none here\.$/,
    ),
  })
  await writeFile(file, `${'00'.repeat(32)}\n`, { mode: 0o600 })
  expect(await place.check('master-key')).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('here is another one'),
  })
  await writeFile(file, key)
  expect(await place.check('master-key')).toMatchObject({ result: 'pass' })
  await place.store.secrets.put('ready-webhook', 'any')
  await sql`update secrets set sealed = sealed || 'AAAA' where name = 'ready-webhook'`.execute(
    place.database.kysely,
  )
  expect(await place.check('master-key')).toMatchObject({
    result: 'fail',
    sentence: 'A secret in the store was changed or moved, and is not used.',
  })
})

test('files are stored, read and deleted in a folder, which must be one', async () => {
  await using place = await doctorHost()
  expect(await place.check('files')).toMatchObject({ result: 'pass' })
  await rm(`${place.dataFolder}/blobs`, { recursive: true })
  await writeFile(`${place.dataFolder}/blobs`, 'a file, not a folder')
  expect(await place.check('files')).toMatchObject({
    result: 'fail',
    fix: expect.stringContaining('Check the disk'),
  })
})

test('a data folder of which other users of the machine can read something is told', async () => {
  await using place = await doctorHost()
  const { dataFolder } = place
  await place.check('files')
  await place.store.settings.put('any', 1)
  const sentence = 'Other users of this machine cannot read the data folder.'
  expect(await place.check('files-closed')).toMatchObject({ result: 'pass', sentence })
  await chmod(dataFolder, 0o755)
  // What is kept in it is its owner's only all the same.
  expect(await place.check('files-closed')).toMatchObject({
    result: 'pass',
    sentence:
      'Other users of this machine cannot read the database and the files in the data folder.',
  })
  const parts = ['blobs', 'proofloop.db', 'proofloop.db-wal', 'proofloop.db-shm', 'answers.jsonl']
  await writeFile(`${dataFolder}/answers.jsonl`, '', { mode: 0o600 })
  for (const part of parts) {
    for (const mode of [0o755, 0o750]) {
      await chmod(`${dataFolder}/${part}`, mode)
      expect(await place.check('files-closed')).toMatchObject({
        result: 'fail',
        sentence: `Other users of this machine can read ${part} in the data folder.`,
        fix: `Close it: chmod -R go-rwx ${dataFolder}`,
      })
    }
    await chmod(`${dataFolder}/${part}`, 0o700)
  }
})

test('a bucket that answers strangers, and one that is away, are told', async () => {
  await using server = await startS3Server()
  await using place = await doctorHost({ env: server.env })
  expect(await place.check('files')).toMatchObject({ result: 'pass' })
  // s3rver answers requests without a signature, as a public bucket does.
  expect(await place.check('files-closed')).toMatchObject({
    result: 'fail',
    sentence: `Anybody can read files of the bucket ${bucket}: a request without a signature was answered (200).`,
  })
  const behind = async (manner: S3Manner) => {
    await using front = await s3Front(server, manner)
    await using closed = await doctorHost({ env: front.env })
    return await closed.check('files-closed')
  }
  expect(await behind({})).toMatchObject({
    result: 'pass',
    sentence: 'Without a signature no file is read (403) and none is listed (403).',
  })
  expect(await behind({ file: 'unsigned', list: 'unsigned' })).toMatchObject({ result: 'pass' })
  expect(await behind({ list: 'served' })).toMatchObject({
    result: 'fail',
    sentence: `Anybody can list files of the bucket ${bucket}: a request without a signature was answered (200).`,
    fix: expect.stringContaining('Block public access'),
  })
  await server.stop()
  expect(await place.check('files')).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('The files in S3 cannot be used now'),
  })
})

test.each([
  ['moved', 301],
  ['malformed', 400],
  ['missing', 404],
  ['busy', 503],
] as const)('an answer to strangers that is no refusal is none: %s', async (file, status) => {
  await using server = await startS3Server()
  await using front = await s3Front(server, { file })
  await using place = await doctorHost({ env: front.env })
  expect(await place.check('files-closed')).toMatchObject({
    result: 'fail',
    sentence: `It cannot be told whether anybody can read files of the bucket ${bucket}: a request without a signature was answered with ${status}.`,
    fix: expect.stringContaining('Check S3_ENDPOINT and S3_REGION'),
  })
})

test('files that come back changed, and those that cannot be deleted, are told', async () => {
  await using server = await startS3Server()
  const behind = async (manner: S3Manner) => {
    await using front = await s3Front(server, manner)
    await using place = await doctorHost({ env: front.env })
    return await place.check('files')
  }
  expect(await behind({ fault: 'changes' })).toMatchObject({
    result: 'fail',
    sentence: 'A file that was stored came back with other bytes.',
  })
  expect(await behind({ fault: 'keeps' })).toMatchObject({
    result: 'fail',
    sentence: 'A file that was deleted is still there.',
    fix: expect.stringContaining('s3:DeleteObject'),
  })
  expect(await behind({ versions: 'on' })).toMatchObject({
    result: 'fail',
    sentence: 'A file that was deleted is kept as an older version.',
    fix: expect.stringContaining('Suspend the versions of the bucket'),
  })
  // All that Amazon lets do with a bucket that once had them.
  expect(await behind({ versions: 'suspended' })).toMatchObject({ result: 'pass' })
})

test('a queue that nobody works on is told', async () => {
  await using place = await doctorHost()
  expect(await place.check('queue')).toMatchObject({
    result: 'fail',
    sentence: 'No worker took a job within 10 seconds.',
    fix: expect.stringContaining('proofloop start --role worker'),
  })
  const jobs = await place.host.jobs()
  await workOnDoctor(jobs)
  expect(await place.check('queue', { jobs: async () => jobs })).toMatchObject({
    result: 'pass',
    sentence: expect.stringMatching(/^A job was taken and done after [\d.]+ m?s\.$/),
  })
})

test('a model is asked for one token', async () => {
  await using server = await startScriptedServer(() => answer('{', { finishReason: 'length' }))
  const { baseURL } = server
  const models = { reviewer: { provider: 'openai', model: 'm', baseURL } }
  await using place = await doctorHost({ settings: { models }, env: { OPENAI_API_KEY: 'secret' } })
  expect(await place.check('model:reviewer')).toMatchObject({
    result: 'pass',
    sentence: expect.stringMatching(/^It answers in \d+ ms\.$/),
  })
  expect(server.requests.map(({ body }) => body)).toMatchObject([{ max_tokens: 1, model: 'm' }])
})

test('a model that refuses one token is asked for some more', async () => {
  await using server = await startScriptedServer((_, nth) =>
    nth === 0 ? httpError(400, { code: 'invalid_value' }) : answer({ ok: true }),
  )
  const { baseURL } = server
  const models = { reviewer: { provider: 'openai', model: 'm', baseURL } }
  await using place = await doctorHost({ settings: { models }, env: { OPENAI_API_KEY: 'secret' } })
  expect(await place.check('model:reviewer')).toMatchObject({ result: 'pass' })
  expect(server.requests.map(({ body }) => body)).toMatchObject([
    { max_tokens: 1 },
    { max_tokens: 64 },
  ])
})

test('a key that a model does not take, or that is not set, is told by its variable', async () => {
  const message = 'Incorrect API key provided: secret-key-of-ours.'
  await using server = await startScriptedServer(() => httpError(401, { message }))
  const { baseURL } = server
  const models = { reviewer: { provider: 'openai', model: 'm', baseURL } }
  await using place = await doctorHost({
    settings: { models },
    env: { OPENAI_API_KEY: 'secret-key-of-ours' },
  })
  const refused = await place.check('model:reviewer')
  expect(refused).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(
      /does not accept the key in OPENAI_API_KEY \(401 scripted\)\.$/,
    ),
  })
  expect(JSON.stringify(refused)).not.toContain('secret-key-of-ours')
  expect(await place.check('model:reviewer', { env: {} })).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('OPENAI_API_KEY is not set'),
  })
})

test('a model that is away is told, and recordings are not sent anywhere', async () => {
  const models = {
    away: { provider: 'openai-compatible', model: 'm', baseURL: 'http://127.0.0.1:9/v1' },
    replayed: { provider: 'replay', model: 'm', recordings: 'answers.jsonl' },
  }
  await using place = await doctorHost({ settings: { models } })
  expect(await place.check('model:away')).toMatchObject({
    result: 'fail',
    sentence: 'Nothing listens at 127.0.0.1:9. Is the server running?',
  })
  expect(await place.check('model:replayed')).toMatchObject({ result: 'fail' })
  await writeFile(place.folder.path('answers.jsonl'), '')
  expect(await place.check('model:replayed')).toMatchObject({ result: 'pass' })
})

test('an environment without models skips them', async () => {
  await using place = await doctorHost()
  expect(await place.check('models')).toMatchObject({ result: 'skipped' })
})

test('a disk with less space than is asked for, and a folder that is none, are told', async () => {
  await using place = await doctorHost({ settings: { capacity: { freeDiskMb: 1 } } })
  expect(await place.check('disk')).toMatchObject({ result: 'pass' })
  await using greedy = await doctorHost({ settings: { capacity: { freeDiskMb: 2 ** 40 } } })
  expect(await greedy.check('disk')).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(/^[\d,]+ MB are free where the data are; capacity\.freeDiskMb/),
  })
  await writeFile(place.folder.path('file'), '')
  const dataFolder = place.folder.path('file')
  expect(await place.check('disk', { dataFolder })).toMatchObject({
    result: 'fail',
    sentence: 'Nothing can be written to the data folder (ENOTDIR).',
  })
})

test('a machine that is smaller than is asked for is told', async () => {
  const capacity = { processors: 4096, memoryMb: 2 ** 40 }
  await using place = await doctorHost({ settings: { capacity } })
  expect(await place.check('capacity')).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(/only \d+ of 4096 processors and [\d,]+ MB of [\d,]+ MB of/),
  })
  await using modest = await doctorHost()
  expect(await modest.check('capacity')).toMatchObject({ result: 'pass' })
})

test('isolation by the system takes walls that flows have, or to be content with less', async () => {
  await using place = await doctorHost()
  await using content = await doctorHost({ settings: { isolation: 'process' } })
  const { dataFolder } = place
  const tools = [{ kind: 'none' } as const]
  const bare = () => findIsolation({ dataFolder, requester: 'server', tools })
  expect(await place.check('isolation', { isolation: bare })).toMatchObject({
    result: 'fail',
    sentence: expect.stringMatching(
      /^Level process: a flow has a network\. Boundary (users|none): /,
    ),
    fix: expect.stringContaining('apt-get install bubblewrap'),
  })
  expect(await content.check('isolation', { isolation: bare })).toMatchObject({ result: 'pass' })
  const isolated = { ...(await bare()), isolation: 'os', tools: 'gate-worker' } as const
  const inTurns = async () => ({ ...isolated, worker: 'gate.sock', areInTurns: true })
  expect(await place.check('isolation', { isolation: inTurns })).toMatchObject({
    result: 'pass',
    sentence: expect.stringContaining('and runs in a gate alone, one version at a time.'),
  })
  // A gate worker counts, and why it does not.
  const worker = place.folder.path('gate.sock')
  const away = { worker, version: '1', dataFolder, requester: 'server' } as const
  const through = async () => throughGateWorker(await bare(), away)
  expect(await place.check('isolation', { isolation: through })).toMatchObject({
    result: 'fail',
    fix: expect.stringContaining(`The gate worker at ${worker} is not used: it does not answer.`),
  })
})

test('a dataset that is not there is told', async () => {
  await using place = await doctorHost({ settings: { datasets: ['letters'] } })
  expect(await place.check('datasets')).toMatchObject({
    result: 'fail',
    sentence: 'There is no dataset letters.',
  })
  await mkdir(`${place.dataFolder}/datasets`)
  await writeFile(`${place.dataFolder}/datasets/one.txt`, 'We promise.')
  const example = { id: 'one', document: 'one.txt', issues: [] }
  await writeFile(`${place.dataFolder}/datasets/letters.jsonl`, `${JSON.stringify(example)}\n`)
  expect(await place.check('datasets')).toMatchObject({
    result: 'pass',
    sentence: 'The datasets are there: letters.',
  })
})

test('of a hidden split it is told whether it is there, and nothing else', async () => {
  const settings = { datasets: ['letters@evaluation', 'letters@test'] }
  await using place = await doctorHost({ settings })
  const datasets = serverDatasets(async () => place.store, [place.dataFolder])
  await mkdir(`${place.dataFolder}/datasets`)
  await writeFile(`${place.dataFolder}/datasets/one.txt`, 'We promise.')
  const example = { id: 'one', document: 'one.txt', issues: [] }
  await writeFile(`${place.dataFolder}/datasets/letters.jsonl`, `${JSON.stringify(example)}\n`)
  // In a folder all is for evaluation.
  expect(await place.check('datasets', { datasets })).toMatchObject({
    result: 'fail',
    sentence: 'There is no dataset letters@test.',
    fix: expect.stringContaining('no hidden splits'),
  })
  const entries = (['evaluation', 'test'] as const).map((split) => datasetEntry(split, split))
  await place.store.datasets.addVersion(newDatasetVersion(entries, { hash: 'ab' }))
  expect(await place.check('datasets', { datasets })).toMatchObject({
    result: 'pass',
    sentence: 'The datasets are there: letters@evaluation, letters@test.',
  })
})

test('limits that cannot be kept are told', async () => {
  const price = { currency: 'USD', inputPerMillion: 1, outputPerMillion: 2 }
  const models = { reviewer: { provider: 'openai', model: 'm', price } }
  const limits = { budget: { perMonth: 100, perPersonAndMonth: 20 } }
  await using place = await doctorHost({ settings: { models, limits } })
  expect(await place.check('budget')).toMatchObject({
    result: 'pass',
    sentence: 'What runs in it costs at most 100 USD a month and 20 USD a person and month.',
  })
  const unpriced = { reviewer: { provider: 'openai', model: 'm' } }
  await using free = await doctorHost({ settings: { models: unpriced, limits } })
  expect(await free.check('budget')).toMatchObject({
    result: 'fail',
    sentence: 'A limit in USD cannot be kept: reviewer has no price in it.',
  })
  await using open = await doctorHost({ settings: { models: unpriced, limits: { budget: {} } } })
  expect(await open.check('budget')).toMatchObject({ result: 'skipped' })
})

test('a backup that is missing, old or incomplete is told', async () => {
  await using place = await doctorHost()
  expect(await place.check('backup')).toMatchObject({
    result: 'fail',
    sentence: 'No backup was ever made.',
  })
  const made = (age: number, damagedFiles = 0) =>
    recordBackup(place.store, {
      at: Date.now() - age,
      file: '/backups/friday.backup',
      rows: 1,
      files: 1,
      damagedFiles,
    })
  await made(2 * hour)
  expect(await place.check('backup')).toMatchObject({
    result: 'pass',
    sentence: 'The newest backup is 2.0 h old (/backups/friday.backup).',
  })
  await made(2 * hour, 1)
  expect(await place.check('backup')).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('lacks a damaged file'),
  })
  await made(72 * hour)
  expect(await place.check('backup')).toMatchObject({
    result: 'fail',
    sentence:
      'The newest backup is 3 days old (/backups/friday.backup); retention.backupHours allows 26 h.',
  })
})

test('the rules of a branch on GitHub fail where untested things could be merged', async () => {
  await using place = await doctorHost()
  expect(await place.check('branch-rules')).toMatchObject({ result: 'skipped', fix: null })
  const holds = { holds: true as const, sentence: 'It does.' }
  const told = (guard: BranchGuard) =>
    place.check('branch-rules', { branchGuard: async () => guard })
  expect(await told(holds)).toMatchObject({ result: 'pass', sentence: 'It does.' })
  const code = 'branch-not-strict' as const
  const open = { holds: false as const, code, sentence: 'It does not.', fix: 'Add a rule.' }
  expect(await told(open)).toMatchObject({
    result: 'fail',
    sentence: 'It does not. (branch-not-strict)',
    fix: 'Add a rule.',
  })
  const away = async () => {
    throw new UserFacingError('forge-unavailable', 'GitHub is away. It is asked again.')
  }
  expect(await place.check('branch-rules', { branchGuard: away })).toMatchObject({
    result: 'fail',
    sentence: 'GitHub is away.',
  })
})

test('it is told that gates are in demo mode, which fails nothing', async () => {
  await using place = await doctorHost()
  const told = async (gateDemo: boolean) => place.check('gate-walls', { gateDemo })
  expect(await told(false)).toMatchObject({ result: 'pass' })
  expect(await told(true)).toMatchObject({
    result: 'pass',
    sentence: expect.stringContaining('Gates are in demo mode'),
  })
})

test('it is told whose models a gate asks', async () => {
  await using place = await doctorHost()
  expect(await place.check('gate-models')).toMatchObject({
    result: 'pass',
    sentence:
      'Gates ask the models that each version names itself: the configuration has no environment test.',
  })
  // Where several people work, it matters who answers.
  await addPeople(place.store, ['ann', 'bob'])
  expect(await place.check('gate-models')).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('hidden examples go to whoever answers'),
    fix: expect.stringContaining('Add the environment test to proofloop.config.ts'),
  })
  const gateModels = { wanted: 'prod', own: 'prod', sharedWith: [] } as const
  expect(await place.check('gate-models', { gateModels })).toMatchObject({
    result: 'pass',
    sentence: 'Gates ask the models of prod.',
  })
})

test('a key that gates share with whatever engineers ask fails, but where one is alone or in demo mode', async () => {
  await using place = await doctorHost()
  const gateModels = { wanted: 'test', own: 'test', sharedWith: ['dev'] } as const
  const told = (gateDemo: boolean) => place.check('gate-models', { gateModels, gateDemo })
  const shared = expect.stringContaining('A key of theirs is asked with by others, too: dev.')
  expect(await told(false)).toMatchObject({ result: 'pass', sentence: shared })
  await addPeople(place.store, ['ann', 'bob'])
  expect(await told(true)).toMatchObject({ result: 'pass', sentence: shared })
  expect(await told(false)).toMatchObject({
    result: 'fail',
    sentence: shared,
    fix: expect.stringContaining('Give the models of test a key of their own'),
  })
})
