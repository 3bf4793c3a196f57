import { cp, readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import type { EvaluationEntry } from '../src/schema/api/evaluations.ts'
import { openAuthor } from './helpers/hostile-author.ts'
import { keyMaker } from './helpers/keys-of.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { serverProcess } from './helpers/server-process.ts'

const stack = new AsyncDisposableStack()
let requests: { body: unknown }[] = []
let there: Awaited<ReturnType<typeof promiseFlow>>
let author: Awaited<ReturnType<typeof openAuthor>>
let url = ''
let key = ''

/** Its agents without what they find in “never”, and a type of its own that a model is asked about. */
const flow = (more = '') => `import { defineFlow, DocumentInput, FlowOutput, z } from 'proofloop'

export default defineFlow({
  name: 'strict',
  types: ['Office'],
  input: DocumentInput,
  output: FlowOutput,
  async run({ document: id }, ctx) {
    const document = await ctx.document.read(id)
    ${more}
    const schema = z.object({ issues: z.array(z.unknown()) })
    const messages = [{ role: 'user' as const, content: 'Is there an office in ' + id }]
    await ctx.model('reviewer').ask({ messages, schema })
    const { issues, agents } = await ctx.reviewWithAgents(document)
    const offices = document.paragraphs.filter(({ text }) => text.includes('office'))
    const own = offices.map(({ index, text }) => ({
      type: 'Office', paragraph: index, text: 'office', sourceSentence: text,
      explanation: 'A place.', suggestedFix: null, score: 3,
    }))
    return { issues: [...issues.filter(({ text }) => text !== 'never'), ...own], agents }
  },
})
`
const secret = 'Zebra 17 pays the hidden claim'

function hostileDataset(told: object): [string, string] {
  const attempts = ['data folder', 'file write', 'many questions']
  const documents = attempts.map((attack) => ({
    doc_id: attack,
    paragraphs: [JSON.stringify({ attack, ...told }), secret].map((text, para_index) => ({
      text,
      para_index,
    })),
  }))
  const label = { doc_id: 'many questions', type: 'Hostile', para_index: 1, start: 0, end: 5 }
  return [
    documents.map((line) => `${JSON.stringify(line)}\n`).join(''),
    `${JSON.stringify({ ...label, text: 'Zebra' })}\n`,
  ]
}

beforeAll(async () => {
  const models = stack.use(await startScriptedServer(findPromises))
  requests = models.requests
  there = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  author = stack.use(await openAuthor(false))
  const data = there.path('data/canary')
  const [documents, gold] = hostileDataset({ ...author.told, data })
  await cp(there.path('flow/datasets/memos'), there.path('flow/datasets/hostile'), {
    recursive: true,
  })
  await writeFile(there.path('flow/datasets/hostile/documents.jsonl'), documents)
  await writeFile(there.path('flow/datasets/hostile/gold.jsonl'), gold)
  const args = ['--port', '0', '--flow', 'flow', '--data', 'data']
  const server = stack.use(await serverProcess(args, { cwd: there.folder, env: there.env }))
  await writeFile(data, secret, { mode: 0o600 })
  url = server.url
  key = await (
    await keyMaker(server)
  )(['evaluations:read', 'evaluations:run', 'documents:upload', 'reviews:run'])
  await cp(there.path('flow/agents'), there.path('home/agents'), { recursive: true })
  await cp(there.path('flow/proofloop.config.ts'), there.path('home/proofloop.config.ts'))
})
afterAll(() => stack.disposeAsync())

const options = ['--flow', 'home', '--repeats', '2', '--examples']

async function onServer(code: string, args: string[], signal?: AbortSignal) {
  await writeFile(there.path('home/flow.ts'), code)
  const env = { PROOFLOOP_API_KEY: key }
  return runInProcess(['evaluate', '--server', url, ...options, ...args], there.folder, {
    env,
    signal,
  })
}

async function newest(): Promise<EvaluationEntry | undefined> {
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${url}/api/evaluations`, { headers })
  return ((await answer.json()) as { items: EvaluationEntry[] }).items[0]
}

const saved = async (name: string) => JSON.parse(await readFile(there.path(name), 'utf8'))

test('a flow in code finds on the server what it finds at home, mistakes included', async () => {
  const remote = await onServer(flow(), ['--dataset', 'memos@evaluation', '--save', 'there.json'])
  const asked = requests.length
  const args = ['--dataset', 'flow/datasets/memos', '--save', 'here.json']
  const here = await runInProcess(['evaluate', ...options, ...args], there.folder, {
    env: there.env,
  })
  expect([remote.exitCode, remote.stderr]).toEqual([
    0,
    expect.stringMatching(/Models: 60 requests/),
  ])
  expect(remote.stdout).toContain('spurious')
  expect(remote.stdout).toContain('Office')
  expect(remote.stdout).toBe(here.stdout)
  const [a, b] = [await saved('there.json'), await saved('here.json')]
  expect(a.hashes).toEqual(b.hashes)
  expect(a.documents).toEqual(b.documents)
  expect(asked).toBe(60)
  expect(await newest()).toMatchObject({
    state: 'done',
    documents: 6,
    repeats: 2,
    walls: {
      isolation: expect.stringMatching(/^(os|process)$/u) as string,
      boundary: expect.stringMatching(/^(users|none)$/u) as string,
    },
  })

  const before = requests.length
  const again = await onServer(flow(), ['--dataset', 'memos', '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ account: { cached: 60 } })
  expect(requests).toHaveLength(before)
})

test('of agents that are chosen the others are not there for its code, either', async () => {
  const args = ['--dataset', 'memos', '--agents', 'absolutes', '--json']
  const { exitCode, stdout } = await onServer(flow(), args)
  expect(exitCode).toBe(0)
  expect(Object.keys(JSON.parse(stdout).agents)).toEqual(['Absolute'])
})

test('what its code throws is told as a class; the documents on which it did not count', async () => {
  const more = `if (document.paragraphs[0]?.text.includes('Memo 1:')) throw new Error('Told on.')`
  const { exitCode, stderr, stdout } = await onServer(flow(more), ['--dataset', 'memos'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/failed on 2 runs over a document: its code failed.+ \[flow-error\]/u)
  expect(stdout + stderr).not.toContain('Told on.')
})

test('what is no flow ends the evaluation in a sentence, and exit code 2', async () => {
  const { exitCode, stderr } = await onServer('export default 1', ['--dataset', 'memos'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/cannot be loaded where it runs isolated.+\[flow-not-started\]/u)
  expect(await newest()).toMatchObject({ state: 'failed' })
})

test('Ctrl-C stops code that never ends, at the server, too', async () => {
  const stop = new AbortController()
  const code = flow('await new Promise(() => {})')
  const running = onServer(code, ['--dataset', 'memos'], stop.signal)
  for (;;) {
    const entry = await newest()
    if (entry?.state === 'running') break
    await setTimeout(50)
  }
  stop.abort()
  expect((await running).exitCode).toBe(130)
  expect(await newest()).toMatchObject({ state: 'stopped' })
  const next = await onServer(flow(), ['--dataset', 'memos', '--json'])
  expect([next.exitCode, next.stderr]).toEqual([0, expect.not.stringContaining('failed')])
})

test('hostile code does not get into the data folder, nor to a file of its author', async () => {
  const code = await readFile('test/fixtures/hostile-flows/flow.mjs', 'utf8')
  const { exitCode, stdout, stderr } = await onServer(code, ['--dataset', 'hostile'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/failed on 4 runs over a document: its code failed.+ \[flow-error\]/u)
  expect(stdout).not.toContain('data folder: Hostile')
  expect(await author.gotBy(secret)).toEqual([])
})

test('documents are not reviewed by a version with code', async () => {
  await onServer(flow(), ['--dataset', 'memos'])
  const { flow: measured } = (await newest()) ?? {}
  const form = new FormData()
  form.set('file', new File(['We always pay.'], 'letter.txt'))
  const post = async (path: string, body: FormData | string, type?: string) => {
    const headers = { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }) }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body })
    return (await answer.json()) as Record<string, unknown>
  }
  const { sha256 } = await post('/api/documents', form)
  const review = JSON.stringify({ document: sha256, flow: measured?.version })
  expect(await post('/api/reviews', review, 'application/json')).toMatchObject({
    code: 'flow-with-code',
  })
})
