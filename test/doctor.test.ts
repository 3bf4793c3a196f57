import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import { databaseFile } from '../src/store/sqlite/database-file.ts'
import { checksOf } from '../src/environment/doctor.ts'
import { newestReport } from '../src/environment/check-history.ts'
import { answer } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { EnvironmentSettings } from '../src/schema/environment.ts'
import type { DoctorReport } from '../src/schema/doctor.ts'
import { ownTemporaryFolder } from './helpers/own-temporary-folder.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const key = 'sk-of-ours-0123456789'

const configWith = (environments: string, model = "'m'"): string =>
  `export default {
  models: { reviewer: { provider: 'openai', model: ${model} } },
  environments: ${environments},
}`

/** A store as `proofloop start` leaves it. */
async function workplace(files: Record<string, string>) {
  const folder = await tempFolder(files)
  const store = await openStore({ dataFolder: folder.path('.proofloop') })
  await store.secrets.ensure('split-key', 'any')
  await store[Symbol.asyncDispose]()
  return folder
}

function resultsOf(report: DoctorReport): Record<string, string> {
  return Object.fromEntries(report.checks.map(({ name, result }) => [name, result]))
}

test('an environment that is well is told check by check, and kept for the page', async () => {
  await using model = await startScriptedServer(() => answer({ ok: true }))
  const environments = "{ dev: { isolation: 'process', capacity: { freeDiskMb: 1 } } }"
  await using folder = await workplace({ 'proofloop.config.ts': configWith(environments) })
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: model.baseURL, PATH: process.env['PATH'] }
  await runInProcess(['backup', 'now.backup'], folder.folder, { env })
  const shown = await runInProcess(['doctor', '--env', 'dev'], folder.folder, { env, width: 100 })
  expect(shown.stderr).toBe('')
  expect(shown.stdout).toMatch(
    /^Environment dev\n\n {2}pass {5}store {11}SQLite in the data folder/,
  )
  expect(shown.stdout.replaceAll(/\s+/gu, ' ')).toMatch(
    /queue A job was taken and done after [\d.]+ m?s, by the doctor itself or by a server that runs\./,
  )
  expect(shown.stdout).toMatch(/\n19 passed, 0 failed, 5 skipped\.\n$/)
  const again = await runInProcess(['doctor', '--env', 'dev'], folder.folder, { env, width: 100 })
  expect(again.stdout).toMatch(
    /skipped\.\nSince the check of [-0-9]+ [0-9:]+ UTC: nothing came out otherwise\.\n$/,
  )
  const { PATH } = env
  const worse = await runInProcess(['doctor', '--env', 'dev'], folder.folder, { env: { PATH } })
  expect(worse.stdout.replaceAll(/\s+/gu, ' ')).toContain(
    'UTC: model:reviewer fails, model-keys is skipped.',
  )
  expect(shown.exitCode).toBe(0)
  const { stdout, exitCode } = await runInProcess(
    ['doctor', '--env', 'dev', '--json'],
    folder.folder,
    {
      env,
    },
  )
  expect(exitCode).toBe(0)
  const { since, ...report } = JSON.parse(stdout) as DoctorReport & { since: unknown }
  expect(since).toMatchObject({
    changes: [
      { name: 'model:reviewer', before: 'fail', now: 'pass' },
      { name: 'model-keys', before: 'skipped', now: 'pass' },
    ],
  })
  expect(resultsOf(report)).toMatchObject({
    backup: 'pass',
    'database-role': 'skipped',
    'reader-wall': 'skipped',
    'model:reviewer': 'pass',
    'model-keys': 'pass',
    permissions: 'pass',
    queue: 'pass',
  })
  await using store = await openStore({ dataFolder: folder.path('.proofloop') })
  expect(await newestReport(store, 'dev')).toEqual({ ...report, checkedBy: null })
})

test('nothing of the checks stays but what they found, and that they were made', async () => {
  await using folder = await workplace({ 'proofloop.config.ts': configWith('{ dev: {} }') })
  const before = [everyRow(folder.path('.proofloop')), await filesIn(folder.folder)]
  await using temporary = await ownTemporaryFolder()
  const { stdout } = await runInProcess(['doctor', '--env', 'dev', '--json'], folder.folder)
  expect(resultsOf(JSON.parse(stdout) as DoctorReport)).toMatchObject({
    queue: 'pass',
    server: 'pass',
    permissions: 'pass',
  })
  expect([everyRow(folder.path('.proofloop')), await filesIn(folder.folder)]).toEqual(before)
  await using store = await openStore({ dataFolder: folder.path('.proofloop') })
  // They look as everybody at all that is read, hidden texts among it.
  expect(await store.audit.list({ limit: 9 })).toMatchObject([
    { actor: 'command-line', action: 'environment-checked', subject: 'dev' },
  ])
  expect(await readdir(temporary.folder)).toEqual([])
})

function everyRow(dataFolder: string): Record<string, unknown[]> {
  using database = new DatabaseSync(databaseFile(dataFolder), { readOnly: true })
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
  const rows = tables.map((table): [string, unknown[]] => {
    const name = String(table['name'])
    if (name === 'environment_checks' || name === 'audit_log') return [name, []]
    return [name, database.prepare(`select * from "${name}"`).all()]
  })
  return Object.fromEntries(rows)
}

/** Not the database's own journal, which comes and goes, nor folders in which files of the store would lie. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  return files.filter((file) => !/-(?:wal|shm)$/u.test(file)).toSorted()
}

test('what is wrong is told with what to do about it, and the exit code is 1', async () => {
  await using folder = await workplace({ 'proofloop.config.ts': configWith('{ prod: {} }') })
  const { stdout, exitCode } = await runInProcess(['doctor', '--env', 'prod'], folder.folder, {
    width: 80,
  })
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`
  fail     model:reviewer  It cannot be asked: OPENAI_API_KEY is not set; it
                           must hold a key for openai.
                           Fix: Set it in the environment of the server, and
                           start that anew.
`)
  expect(stdout).toContain('Fix: Run proofloop backup FILE')
})

test('without a store nothing is made, and what needs it is skipped', async () => {
  await using folder = await tempFolder({ 'proofloop.config.ts': configWith('{ dev: {} }') })
  const { stdout, stderr, exitCode } = await runInProcess(
    ['doctor', '--env', 'dev', '--json'],
    folder.folder,
  )
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Not kept for the page')
  expect(resultsOf(JSON.parse(stdout) as DoctorReport)).toMatchObject({
    store: 'fail',
    tables: 'skipped',
    files: 'fail',
    queue: 'skipped',
    server: 'skipped',
    permissions: 'skipped',
    disk: 'fail',
  })
  await expect(stat(folder.path('.proofloop'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what cannot be run ends with 2', async () => {
  await using folder = await tempFolder({ 'proofloop.config.ts': configWith('{ dev: {} }') })
  const unknown = await runInProcess(['doctor', '--env', 'prod'], folder.folder)
  expect(unknown.exitCode).toBe(2)
  expect(unknown.stderr).toContain('it has dev. [environment-not-found]')
  const unnamed = await runInProcess(['doctor'], folder.folder)
  expect(unnamed.exitCode).toBe(2)
})

test('a database that is away is told without its password', async () => {
  await using folder = await tempFolder({ 'proofloop.config.ts': configWith('{ dev: {} }') })
  const env = { DATABASE_URL: 'postgres://proofloop:hunter2@127.0.0.1:9/proofloop' }
  const { stdout, stderr, exitCode } = await runInProcess(
    ['doctor', '--env', 'dev', '--json'],
    folder.folder,
    { env },
  )
  expect(exitCode).toBe(1)
  expect((JSON.parse(stdout) as DoctorReport).checks[0]).toMatchObject({
    name: 'store',
    result: 'fail',
    sentence: 'PostgreSQL cannot be used now (ECONNREFUSED).',
    fix: expect.stringContaining('Check that it runs'),
  })
  expect(stdout + stderr).not.toContain('hunter2')
})

test('a key that the configuration passes on is found in the answers, not told', async () => {
  const config = configWith('{ dev: {} }', "process.env['MODEL_IN_TEST']")
  await using folder = await workplace({
    'proofloop.config.ts': config,
    'agents/tone/agent.yaml':
      'name: tone\ndescription: Tone\nengine: rules\ntype: Tone\ngrammar: {}\n',
  })
  process.env['MODEL_IN_TEST'] = key
  const { stdout, stderr } = await runInProcess(
    ['doctor', '--env', 'dev', '--json'],
    folder.folder,
    { env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } },
  )
  delete process.env['MODEL_IN_TEST']
  const { checks } = JSON.parse(stdout) as DoctorReport
  expect(checks.find(({ name }) => name === 'model-keys')).toMatchObject({
    result: 'fail',
    sentence: 'The key of a model stands in the answer of /api/environments, /api/models.',
    fix: expect.stringContaining('Get another key'),
  })
  expect(stdout + stderr).not.toContain(key)
})

test('a flow that no server could load is told', async () => {
  await using folder = await workplace({
    'proofloop.config.ts': configWith('{ dev: {} }'),
    'agents/tone/agent.yaml': 'engine: nothing\n',
  })
  const { stdout } = await runInProcess(['doctor', '--env', 'dev', '--json'], folder.folder)
  const { checks } = JSON.parse(stdout) as DoctorReport
  expect(checks.find(({ name }) => name === 'server')).toMatchObject({ result: 'fail' })
  expect(checks.find(({ name }) => name === 'permissions')).toMatchObject({ result: 'skipped' })
})

test('it runs beside a server, whose configuration is that of its folder', async () => {
  await using folder = await tempFolder({ 'proofloop.config.ts': configWith('{ dev: {} }') })
  await using server = await serverProcess(['--port', '0'], { cwd: folder.folder })
  const { stdout } = await runInProcess(['doctor', '--env', 'dev', '--json'], folder.folder)
  expect(resultsOf(JSON.parse(stdout) as DoctorReport)).toMatchObject({
    store: 'pass',
    durability: 'pass',
    'files-closed': 'pass',
    queue: 'pass',
    server: 'pass',
    permissions: 'pass',
  })
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a server that stops amid checks ends, also where who asked has left', async () => {
  const environments = "{ dev: { isolation: 'process' } }"
  await using folder = await tempFolder({ 'proofloop.config.ts': configWith(environments) })
  await using server = await serverProcess(['--port', '0'], { cwd: folder.folder })
  const cookie = await cookieOf(server.link)
  const ask = asker(server.url, cookie)
  const checked = async (): Promise<unknown[]> => {
    const answer = await ask('GET', '/api/audit?action=environment-checked')
    return ((await answer.json()) as { entries: unknown[] }).entries
  }
  const leaving = new AbortController()
  const askAndLeave = asker(server.url, cookie, leaving.signal)
  const left = askAndLeave('POST', '/api/environments/dev/doctor', {})
  const stayed = ask('POST', '/api/environments/dev/doctor', {})
  await expect.poll(checked).toHaveLength(2)
  leaving.abort()
  await expect(left).rejects.toThrow('aborted')
  const ended = server.end('SIGTERM')
  const answer = await stayed
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'server-stopping' })
  expect(await ended).toBe(0)
  expect(server.written.stderr).not.toMatch(/"severity":"error"/u)
})

test('a server does not start with a configuration that is wrong', async () => {
  await using folder = await tempFolder({ 'server.ts': configWith('{ staging: {} }') })
  await writeFile(folder.path('proofloop.config.ts'), configWith('{ dev: {} }'))
  const args = ['start', '--port', '0', '--config', 'server.ts']
  const { exitCode, stderr } = await runInProcess(args, folder.folder)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('server.ts: environments.staging: ')
})

/** Of a check in what the doctor prints, as one line. */
function sentenceOf(text: string, check: string): string {
  const row = new RegExp(`^ {2}(?:pass|fail|skipped) +${check} +(.*(?:\\n {20,}.*)*)`, 'mu')
  return row.exec(text)?.[1]?.replaceAll(/\s+/gu, ' ') ?? ''
}

test('what docs/environments.md shows is what is found', async () => {
  const guide = await readFile(path.resolve(import.meta.dirname, '../docs/environments.md'), 'utf8')
  const config = /^```ts file=(\S+)\n(.*?)^```$/msu.exec(guide)
  await using folder = await workplace({ [config?.[1] ?? '']: config?.[2] ?? '' })
  const env = { PATH: process.env['PATH'] }
  const { stdout } = await runInProcess(['doctor', '--env', 'dev'], folder.folder, {
    env,
    width: 100,
  })
  // Times and sizes differ from machine to machine.
  const lines = (text: string) => text.match(/^ {2}(?:pass|fail|skipped) +\S+/gmu)
  expect(lines(stdout)).toEqual(lines(guide))
  expect(lines(stdout)).toHaveLength(24)
  // What is the same on each machine is told as it is, but for what the guide leaves open.
  for (const check of ['store', 'tables', 'reader-wall', 'server', 'permissions', 'backup']) {
    const parts = sentenceOf(guide, check)
      .split('…')
      .map((part) => RegExp.escape(part))
    expect(sentenceOf(stdout, check)).toMatch(new RegExp(`^${parts.join('\\S+')}$`, 'u'))
  }
  const rows = guide.match(/(?<=^\| `)[a-z-]+(?=(?::ALIAS)?` +\|)/gmu)
  for (const line of lines(stdout) ?? [])
    expect(rows).toContain(/ ([a-z-]+)(?::\S+)?$/u.exec(line)?.[1])
})

test('docs/environments.md tells how long each check has, and the longest of all', async () => {
  const guide = await readFile(path.resolve(import.meta.dirname, '../docs/environments.md'), 'utf8')
  const [sentence = '', usual] = /each with (\d+)\s+seconds(?:[^.]|\.\d)*\./u.exec(guide) ?? []
  const told = [...sentence.matchAll(/((?:`[^`]+`(?:, | and )?)+)\s+(\d+)/gu)].flatMap(
    ([, names = '', seconds]) =>
      [...names.matchAll(/`([^`]+)`/gu)].map(([, name]) => `${name} ${seconds}`),
  )
  const models = { reviewer: { provider: 'openai', model: 'm' } } as const
  const checks = checksOf({ ...EnvironmentSettings.parse({ models }), name: 'dev' })
  const limits = checks.map(({ name, limit = 20_000 }) => ({ name, seconds: limit / 1000 }))
  const unusual = limits
    .filter(({ seconds }) => seconds !== Number(usual))
    .map(({ name, seconds }) => `${name.replace(':reviewer', ':ALIAS')} ${seconds}`)
  expect(new Set(told)).toEqual(new Set(unusual))
  expect(Math.max(...limits.map(({ seconds }) => seconds))).toBe(120)
  expect(guide).toContain('which takes up to two minutes;')
})

test('a server for an environment reviews as many documents at once as that says', async () => {
  const none = answer({ issues: [] }, { delayMs: 2000 })
  await using model = await startScriptedServer(() => none)
  await using folder = await tempFolder({
    'proofloop.config.ts': configWith('{ prod: { capacity: { reviews: 1 } } }'),
    'agents/tone/agent.prompty':
      '---\nname: tone\nmodel: { id: reviewer }\nmetadata: { type: Tone, shots: 1 }\n---\nsystem:\nFind it.\n',
    'agents/tone/consolidator.prompty': '---\nname: tone\n---\nsystem:\nJudge it.\n',
  })
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: model.baseURL }
  const args = ['--port', '0', '--env', 'prod']
  await using server = await serverProcess(args, { cwd: folder.folder, env })
  const cookie = await cookieOf(server.link)
  const ask = asker(server.url, cookie)
  expect(await (await ask('GET', '/api/environments')).json()).toMatchObject({ current: 'prod' })
  const before = model.requests.length
  const reviews = ['One letter.', 'Another letter.'].map((text) => reviewOf(text))
  const states = await Promise.all(reviews)
  expect(states).toEqual(['done', 'done'])
  expect(model.requests.length - before).toBe(2)
  expect(model.busiest).toBe(1)
  const unknown = await runInProcess(['start', '--port', '0', '--env', 'dev'], folder.folder)
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it has prod.') })

  async function reviewOf(text: string): Promise<string> {
    const document = await upload(text)
    const started = await ask('POST', '/api/reviews', { document })
    const { id } = (await started.json()) as { id: string }
    for (;;) {
      const { state } = (await (await ask('GET', `/api/reviews/${id}`)).json()) as {
        state: string
      }
      if (state !== 'queued' && state !== 'running') return state
      await setTimeout(50)
    }
  }

  async function upload(text: string): Promise<string> {
    const form = new FormData()
    form.set('file', new File([text], 'letter.txt'))
    const headers = { cookie, origin: server.url }
    const added = await fetch(`${server.url}/api/documents`, {
      method: 'POST',
      headers,
      body: form,
    })
    return ((await added.json()) as { sha256: string }).sha256
  }
})
