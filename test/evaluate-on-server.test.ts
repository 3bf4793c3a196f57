import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { httpError } from '../src/model/scripted-reply.ts'
import { type Script, startScriptedServer } from '../src/model/scripted-server.ts'
import type { EvaluationEntry } from '../src/schema/api/evaluations.ts'
import { buildPage } from './helpers/built-page.ts'
import { keyMaker } from './helpers/keys-of.ts'
import { lossyProxy } from './helpers/lossy-proxy.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const stack = new AsyncDisposableStack()
let script: Script = findPromises
let requests: { body: unknown }[] = []
let there: Awaited<ReturnType<typeof promiseFlow>>
/** What an engineer has at home: the same agents, and a configuration that leads to nobody. */
let home: Awaited<ReturnType<typeof tempFolder>>
let url = ''
let key = ''
let reading = ''

const atHome = `export default { models: {
  reviewer: { provider: 'openai', model: 'at-home', baseURL: 'http://127.0.0.1:9', parameters: { maxOutputTokens: 500 } },
} }
`

beforeAll(async () => {
  // What reports are written with.
  await buildPage()
  const models = stack.use(await startScriptedServer((...asked) => script(...asked)))
  requests = models.requests
  there = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  const args = ['--port', '0', '--flow', 'flow', '--data', 'data']
  const server = stack.use(await serverProcess(args, { cwd: there.folder, env: there.env }))
  url = server.url
  const makeKey = await keyMaker(server)
  key = await makeKey(['evaluations:read', 'evaluations:run'])
  reading = await makeKey(['evaluations:read'])
  const copy = async (file: string) => [file, await readFile(there.path(`flow/${file}`), 'utf8')]
  const agents = [
    'promises/agent.prompty',
    'promises/consolidator.prompty',
    'absolutes/agent.prompty',
  ]
  home = stack.use(
    await tempFolder({
      ...Object.fromEntries(await Promise.all(agents.map((file) => copy(`agents/${file}`)))),
      'proofloop.config.ts': atHome,
    }),
  )
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  script = findPromises
})

type Where = { signal?: AbortSignal; key?: string; url?: string }

function onServer(args: string[], where: Where = {}) {
  const env = { PROOFLOOP_API_KEY: where.key ?? key }
  const command = ['evaluate', '--server', where.url ?? url, ...args]
  return runInProcess(command, home.folder, { env, signal: where.signal })
}

const startOfOne = { method: 'POST', path: '/api/evaluations' }

async function entries(): Promise<EvaluationEntry[]> {
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${url}/api/evaluations`, { headers })
  return ((await answer.json()) as { items: EvaluationEntry[] }).items
}

async function newestWhen(check: (entry: EvaluationEntry) => boolean): Promise<EvaluationEntry> {
  for (;;) {
    const [entry] = await entries()
    if (entry !== undefined && check(entry)) return entry
    await setTimeout(20)
  }
}

test('a flow that is measured on a server is printed, kept and reported as one on this machine', async () => {
  const results = ['--examples', '--repeats', '2']
  const remote = await onServer([
    '--dataset',
    'memos@evaluation',
    ...results,
    '--save',
    'there.json',
  ])
  const here = await runInProcess(
    [
      'evaluate',
      '--flow',
      'flow',
      '--dataset',
      'flow/datasets/memos',
      ...results,
      '--save',
      'here.json',
    ],
    there.folder,
    { env: there.env },
  )
  expect(remote.exitCode).toBe(0)
  expect(remote.stdout).toContain('spurious')
  expect(remote.stdout).toBe(here.stdout)
  expect(remote.stderr).toMatch(/^Models: \d+ requests · .*\$0\.\d+\.\n$/mu)
  const [a, b] = [
    JSON.parse(await readFile(home.path('there.json'), 'utf8')),
    JSON.parse(await readFile(there.path('here.json'), 'utf8')),
  ]
  expect(a.hashes).toEqual(b.hashes)
  expect(a.documents).toEqual(b.documents)

  const args = ['--dataset', 'memos', ...results, '--json', '--report', 'report.html']
  const again = await onServer(args)
  expect(JSON.parse(again.stdout)).toMatchObject({
    documents: 6,
    repeats: 2,
    account: { cached: 48 },
  })
  expect(again.stderr).toContain('Report: report.html\n')
  const page = await readFile(home.path('report.html'), 'utf8')
  expect(page).toContain('Mistakes of the first run')
})

test('what an environment of the server measured says in which one', async () => {
  const models = await readFile(there.path('flow/proofloop.config.ts'), 'utf8')
  const config = there.path('server.config.ts')
  await writeFile(config, models.replace(/\} \}\s*$/u, '}, environments: { dev: {} } }\n'))
  const args = ['--port', '0', '--flow', 'flow', '--data', 'with-dev', '--config', config]
  await using server = await serverProcess(args, { cwd: there.folder, env: there.env })
  const own = await (await keyMaker(server))(['evaluations:read', 'evaluations:run'])
  const where = { url: server.url, key: own }
  const measured = ['--dataset', 'memos', '--agents', 'absolutes', '--repeats', '1']
  const printed = await onServer([...measured, '--report', 'dev.html'], where)
  expect(printed.stdout).toMatch(/^6 documents, 1 run in the environment dev; counts are/u)
  const page = await readFile(home.path('dev.html'), 'utf8')
  expect(page).toContain('measured in the environment dev')
  const asJson = await onServer([...measured, '--json'], where)
  expect(JSON.parse(asJson.stdout)).toMatchObject({ documents: 6, environment: 'dev' })
})

/** A prompt that no answers are kept of, until it is disposed. */
async function changedPrompt(line: string): Promise<AsyncDisposable> {
  const file = home.path('agents/absolutes/agent.prompty')
  const before = await readFile(file, 'utf8')
  await writeFile(file, `${before}${line}\n`)
  return { [Symbol.asyncDispose]: () => writeFile(file, before) }
}

test('the working tree is what is measured: a changed prompt reaches the model of the server', async () => {
  await using _changed = await changedPrompt('Think of the weather.')
  const seen = requests.length
  const dataset = ['--dataset', 'memos', '--agents', 'absolutes', '--repeats', '1']
  expect((await onServer(dataset)).exitCode).toBe(0)
  const asked = requests.slice(seen).map(({ body }) => JSON.stringify(body))
  expect(asked).toHaveLength(6)
  for (const body of asked) expect(body).toContain('Think of the weather.')
  const [entry] = await entries()
  expect(entry).toMatchObject({ state: 'done', startedBy: { name: 'You' }, repeats: 1 })
})

test.each<[string, string[], RegExp]>([
  ['a hidden split', ['--dataset', 'memos@test'], /There are: memos\..* \[dataset-not-found\]/],
  ['an unknown dataset', ['--dataset', 'nothing'], /There are: memos\..* \[dataset-not-found\]/],
  ['no dataset', [], /--dataset NAME.* \[options-contradict\]/],
  ['an unknown agent', ['--dataset', 'memos', '--agents', 'nobody'], /\[unknown-agent\]/],
  [
    'a folder without a flow',
    ['--dataset', 'memos', '--flow', 'agents'],
    /\[flow-without-agents\]/,
  ],
  [
    'what costs',
    ['--dataset', 'memos', '--max-cost', '1', '--no-cache'],
    /--max-cost, --no-cache cannot.*\[option-not-for-server\]/,
  ],
  ['recorded outputs', ['--dataset', 'memos', '--outputs', 'x'], /--outputs cannot/],
  [
    'what is followed and told again',
    ['--follow', 'x', '--dataset', 'memos'],
    /With --follow, --dataset cannot/,
  ],
  ['an evaluation that is not there', ['--follow', 'x'], /\[evaluation-not-found\]/],
  ['no place for results', ['--dataset', 'memos', '--save', 'no/run.json'], /\[run-not-saved\]/],
])('%s is told in a sentence, with exit code 2, and starts nothing', async (_, args, sentence) => {
  const before = await entries()
  const { exitCode, stdout, stderr } = await onServer(args)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(sentence)
  expect(await entries()).toEqual(before)
})

test('what failed once is told in the singular', async () => {
  script = (request) =>
    JSON.stringify(request.messages).includes('Memo 1:') ? httpError(400) : findPromises(request)
  await using _changed = await changedPrompt('Think of the sea.')
  const one = ['--dataset', 'memos', '--agents', 'absolutes', '--repeats', '1']
  const { stderr } = await onServer(one)
  expect(stderr).toMatch(/^Warning: failed on 1 run over a document: .+\[model-error\]$/mu)
})

test('a key that may not measure is told before anything is sent', async () => {
  const { exitCode, stderr } = await onServer(['--dataset', 'memos'], { key: reading })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('It lacks the permission evaluations:run,')
  expect(stderr).toContain('[server-not-allowed]')
})

test('a dry run says what would be sent, as proofloop bundle does, and sends nothing', async () => {
  const before = await entries()
  const dry = await onServer(['--dataset', 'memos', '--dry-run'], { url: 'http://127.0.0.1:9' })
  const listed = await runInProcess(['bundle', '--to', 'flow.bundle'], home.folder)
  expect([dry.exitCode, dry.stdout]).toEqual([0, listed.stdout])
  expect(listed.stdout).toMatch(/^Bundle [0-9a-f]{64} of .*: 3 files, [\d,]+ bytes\n/)
  expect(listed.stdout).toContain('agents/promises/consolidator.prompty\n')
  expect(listed.stdout).toContain('parameters of the model reviewer: {"maxOutputTokens":500}')
  expect(listed.stderr).toBe('Written: flow.bundle\n')
  expect(await entries()).toEqual(before)
  const json = await runInProcess(['bundle', '--json'], home.folder)
  const bytes = await readFile(home.path('flow.bundle'))
  expect(JSON.parse(json.stdout)).toMatchObject({ bytes: bytes.byteLength, leftOut: [] })
})

test('Ctrl-C stops what was started, at the server, too', async () => {
  await using _changed = await changedPrompt('Hurry.')
  script = () => new Promise(() => {})
  const stop = new AbortController()
  const args = ['--dataset', 'memos', '--repeats', '1']
  const running = onServer(args, { signal: stop.signal })
  const { id } = await newestWhen(({ state }) => state === 'running')
  stop.abort()
  const { exitCode, stdout, stderr } = await running
  expect([exitCode, stdout]).toEqual([130, ''])
  expect(stderr).toContain('Stopped at the server, too')
  expect((await entries()).find((entry) => entry.id === id)).toMatchObject({ state: 'stopped' })
})

test('Ctrl-C while it is started stops it, too, even if the server begins later', async () => {
  await using _changed = await changedPrompt('Begin late.')
  script = () => new Promise(() => {})
  const before = (await entries()).length
  const stop = new AbortController()
  const onRequest = async () => {
    stop.abort()
    await setTimeout(700)
  }
  await using proxy = await lossyProxy(url, { ...startOfOne, onRequest })
  const args = ['--dataset', 'memos', '--repeats', '1']
  const { exitCode, stderr } = await onServer(args, { url: proxy.url, signal: stop.signal })
  expect(exitCode).toBe(130)
  expect(stderr).toContain('Stopped at the server, too')
  const [newest, ...others] = await entries()
  expect([newest?.state, others.length]).toEqual(['stopped', before])
})

test('Ctrl-C that no server hears while it is started says how to look for it', async () => {
  const stop = new AbortController()
  const onAnswer = async () => {
    stop.abort()
    await proxy[Symbol.asyncDispose]()
  }
  await using proxy = await lossyProxy(url, { ...startOfOne, onAnswer })
  const args = ['--dataset', 'memos', '--repeats', '1']
  const { exitCode, stderr } = await onServer(args, { url: proxy.url, signal: stop.signal })
  expect(exitCode).toBe(130)
  expect(stderr).toMatch(/did not hear that it is to stop\. If it has begun, it runs there\./u)
  const [, id = ''] = /--follow (\S+)\n/u.exec(stderr) ?? []
  const { stdout } = await onServer(['--follow', id])
  expect(stdout).toContain('6 documents, 1 run')
})

test('with --detach the server goes on alone, and --follow prints it; Ctrl-C then stops nothing', async () => {
  await using _changed = await changedPrompt('Take your time.')
  let answering = () => {}
  const answered = new Promise<void>((resolve) => {
    answering = resolve
  })
  script = async (message) => {
    await answered
    return findPromises(message)
  }
  const args = ['--dataset', 'memos', '--repeats', '1']
  const started = await onServer([...args, '--detach'])
  expect(started.exitCode).toBe(0)
  const [, id = ''] = /--follow (\S+)\n$/.exec(started.stdout) ?? []
  const stop = new AbortController()
  const following = onServer(['--follow', id], { signal: stop.signal })
  await newestWhen(({ state }) => state === 'running')
  stop.abort()
  expect((await following).exitCode).toBe(130)
  expect((await entries())[0]).toMatchObject({ id, state: 'running' })
  answering()
  const { exitCode, stdout } = await onServer(['--follow', id])
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('6 documents, 1 run')])
})

test('one that somebody stops ends with that, and exit code 2', async () => {
  await using _changed = await changedPrompt('Stop soon.')
  script = () => new Promise(() => {})
  const running = onServer(['--dataset', 'memos', '--repeats', '1'])
  const { id } = await newestWhen(({ state }) => state === 'running')
  const headers = { authorization: `Bearer ${key}` }
  await fetch(`${url}/api/evaluations/${id}/stop`, { method: 'POST', headers })
  const { exitCode, stderr } = await running
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/It was stopped.* \[stopped\]/)
})

test('when the answer to a start is lost, the evaluation is not started twice', async () => {
  const before = (await entries()).length
  await using proxy = await lossyProxy(url, startOfOne)
  const args = ['--dataset', 'memos', '--repeats', '1']
  const { exitCode } = await onServer(args, { url: proxy.url })
  expect([exitCode, proxy.lost()]).toEqual([0, 1])
  expect(await entries()).toHaveLength(before + 1)
})

test('when the answer to a start is lost, what another job with the same key began is left to it', async () => {
  const args = ['--dataset', 'memos', '--repeats', '1']
  const onAnswer = () => onServer([...args, '--agents', 'absolutes', '--detach'])
  await using proxy = await lossyProxy(url, { ...startOfOne, onAnswer })
  const { exitCode, stdout } = await onServer(args, { url: proxy.url })
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Promise /mu)])
})
