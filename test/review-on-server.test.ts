import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Review } from '../src/schema/review.ts'
import type { ReviewEntry } from '../src/schema/workplace.ts'
import { freePort } from './helpers/free-port.ts'
import { keysOf } from './helpers/keys-of.ts'
import { lossyProxy } from './helpers/lossy-proxy.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { scanOf } from './helpers/scan-of.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { writePdf } from './helpers/write-pdf.ts'

const promise = 'The plan guarantees that your claim is paid.'
const booklet = path.resolve('examples/document-review/documents/northwind-health-plus.pdf')
const encrypted = path.resolve('test/fixtures/documents/qpdf__enc-R3_V2_U_view_O_master.pdf')
const phrases = ['--agents', 'definitive-language']

const stack = new AsyncDisposableStack()
let folder = ''
let url = ''
let key = ''
let reading = ''

beforeAll(async () => {
  folder = stack.use(await tempFolder()).folder
  const server = stack.use(await serverProcess(['--port', '0'], { cwd: folder }))
  url = server.url
  const keys = await keysOf(server)
  key = keys.review
  reading = keys.read
})
afterAll(() => stack.disposeAsync())

function onServer(
  args: string[],
  options: { signal?: AbortSignal; cwd?: string; key?: string } = {},
) {
  const { signal, cwd = folder } = options
  const env = { PROOFLOOP_API_KEY: options.key ?? key }
  return runInProcess(['review', '--server', url, ...args], cwd, { env, signal })
}

function withoutIds({ issues }: Review) {
  return issues.map(({ id: _id, ...issue }) => issue)
}

/** Where it takes more than five seconds, what is waited for is told, too. */
const withoutProgress = (stderr: string): string => stderr.replaceAll(/^.* · \d+ s · .*\n/gm, '')

test('a review on a server is printed as one on this machine', async () => {
  const pdf = writePdf([{ texts: [{ x: 72, y: 700, text: promise }] }, { texts: [] }])
  await using temp = await tempFolder({ 'plan.pdf': pdf })
  const there = await onServer(['plan.pdf', ...phrases], { cwd: temp.folder })
  const here = await runInProcess(['review', 'plan.pdf', ...phrases], temp.folder)
  expect(there.stdout).toContain(promise)
  for (const run of [there, here]) run.stderr = withoutProgress(run.stderr)
  expect(there).toEqual(here)

  const [a, b] = [
    await onServer(['plan.pdf', ...phrases, '--json'], { cwd: temp.folder }),
    await runInProcess(['review', 'plan.pdf', ...phrases, '--json'], temp.folder),
  ].map(({ stdout }) => Review.parse(JSON.parse(stdout)))
  expect(a?.document).toEqual(b?.document)
  expect(a && withoutIds(a)).toEqual(b && withoutIds(b))
})

test('one bad file does not stop the others; it is 1 with --strict', async () => {
  await using temp = await tempFolder({ 'good.txt': promise, 'bad.pdf': 'no pdf', 'empty.txt': '' })
  const args = ['.', ...phrases, '--json']
  const { exitCode, stdout, stderr } = await onServer(args, { cwd: temp.folder })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([
    { document: { file: 'bad.pdf' }, error: { code: 'document-not-supported' } },
    { document: { file: 'empty.txt' }, error: { code: 'document-empty' } },
    { document: { file: 'good.txt' }, issues: [{ text: 'guarantees' }] },
  ])
  expect(stderr).toContain('Error: bad.pdf: ')
  expect((await onServer([...args, '--strict'], { cwd: temp.folder })).exitCode).toBe(1)
})

test('passwords and OCR go with the file', async () => {
  const printed = writePdf([
    { cropBox: [0, 600, 400, 700], texts: [{ x: 40, y: 660, text: promise, size: 14 }] },
  ])
  await using temp = await tempFolder({ 'scan.pdf': await scanOf(printed) })
  const at = { cwd: temp.folder }
  const locked = await onServer([encrypted, ...phrases], at)
  expect(locked.exitCode).toBe(2)
  expect(locked.stderr).toContain('[document-encrypted]')
  const opened = await onServer([encrypted, ...phrases, '--password', 'view'], at)
  expect(opened.stdout).toContain('0 issues on 0 of 30 pages')
  const blank = await onServer(['scan.pdf', ...phrases], at)
  expect(withoutProgress(blank.stderr)).toBe(
    'Warning: scan.pdf: no text on its only page. --ocr reads scans.\n',
  )
  const read = await onServer(['scan.pdf', ...phrases, '--ocr'], at)
  expect(read.stdout).toContain('1 issue on 1 of 1 page')
  expect(read.stderr).toContain('OCR read its only page')
})

test.each([
  ['--flow', ['--flow', '.'], /--flow cannot .* \[option-not-for-server\]/],
  [
    'what costs',
    ['--no-cache', '--max-cost', '1'],
    /--max-cost, --no-cache cannot .* \[option-not/,
  ],
  ['a dry run', ['--dry-run'], /--dry-run cannot/],
  ['an unknown agent', ['--agents', 'nobody'], /definitive-language.* \[agent-not-found\]/],
  ['a missing file', ['missing.txt'], /Check the path. \[document-not-found\]/],
  ['both a file and a review', ['--follow', 'x'], /\[follow-without-files\]/],
])('%s is told in a sentence, with exit code 2', async (_, args, sentence) => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const files = args.includes('missing.txt') ? [] : ['a.txt']
  const { exitCode, stdout, stderr } = await onServer([...files, ...args], { cwd: temp.folder })
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(sentence)
})

test('a key that is missing, unknown or not allowed is told before a file is sent', async () => {
  for (const [given, code] of [
    [' ', 'server-key-missing'],
    ['wrong', 'server-key-unknown'],
    [reading, 'server-not-allowed'],
  ] as const) {
    const { exitCode, stderr } = await onServer([booklet], { key: given })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).not.toContain(`${given}.`)
  }
})

test('Ctrl-C stops following, and the command that it names goes on', async () => {
  const stop = new AbortController()
  const running = onServer([booklet], { signal: stop.signal })
  const { id } = await progressOf(url, key, 1)
  stop.abort()
  const { exitCode, stderr } = await running
  expect(exitCode).toBe(130)
  const [, command = ''] = /: proofloop review --server \S+ (--follow \S+)\n$/.exec(stderr) ?? []
  expect(command).toBe(`--follow ${id}`)
  const api = `${url}/api/reviews/${id}`
  const headers = { authorization: `Bearer ${key}` }
  expect(await (await fetch(api, { headers })).json()).toMatchObject({ state: 'running' })
  expect((await fetch(`${api}/stop`, { method: 'POST', headers })).status).toBe(200)
  const again = await onServer(command.split(' '))
  expect(again.exitCode).toBe(0)
  expect(again.stdout).toMatch(
    / {2}grammar-spelling: (?:partial|failed), .*\(stopped after \d+ of \d+ parts\)/,
  )
})

test('when the answer to a start is lost, the review is not started twice', async () => {
  await using temp = await tempFolder({ 'lost.txt': `${promise} It is lost.` })
  await using proxy = await lossyProxy(url, { method: 'POST', path: '/api/reviews' })
  const env = { PROOFLOOP_API_KEY: key }
  const command = ['review', '--server', proxy.url, '--json', 'lost.txt', ...phrases]
  const { exitCode, stdout } = await runInProcess(command, temp.folder, { env })
  expect([exitCode, proxy.lost()]).toEqual([0, 1])
  const { run, document } = Review.parse(JSON.parse(stdout))
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${url}/api/reviews?document=${document.sha256}`, { headers })
  expect(await answer.json()).toMatchObject({ items: [{ id: run }], next: null })
})

test('a server that is killed and started again loses nothing of what is printed', async () => {
  await using temp = await tempFolder()
  const args = ['--data', temp.path('data'), '--port', `${await freePort()}`]
  await using first = await serverProcess(args, { cwd: temp.folder })
  const env = { PROOFLOOP_API_KEY: (await keysOf(first)).review }
  const command = ['review', '--server', first.url, '--json', booklet]
  const running = runInProcess(command, temp.folder, { env })
  await progressOf(first.url, env.PROOFLOOP_API_KEY, 3)
  await first.end('SIGKILL')
  await setTimeout(300)
  await using second = await serverProcess(args, { cwd: temp.folder })
  const { exitCode, stdout, stderr } = await running
  expect(exitCode).toBe(0)
  expect(stderr).toContain('The server does not answer; waiting for it.\n')
  expect(stderr).toContain('The server is back.\n')
  const review = Review.parse(JSON.parse(stdout))
  const rules = ['definitive-language', 'grammar-spelling']
  const here = await runInProcess(
    ['review', '--json', booklet, '--agents', rules.join(',')],
    temp.folder,
  )
  expect(withoutIds(review)).toEqual(withoutIds(Review.parse(JSON.parse(here.stdout))))
  for (const rule of rules) expect(review.agents[rule]?.status).toBe('done')
  expect(second.written.stderr).not.toMatch(/"severity":"error"/)
})

/** Waits until so many parts of the booklet's review have ended, which goes on. */
async function progressOf(server: string, bearer: string, parts: number): Promise<ReviewEntry> {
  const sha256 = createHash('sha256').update(await readFile(booklet))
  const address = `${server}/api/reviews?document=${sha256.digest('hex')}`
  for (;;) {
    const answer = await fetch(address, { headers: { authorization: `Bearer ${bearer}` } })
    // There are none as long as the server does not know the document.
    const { items = [] } = (await answer.json()) as { items?: ReviewEntry[] }
    const [review] = items
    const done = review?.agents.reduce((sum, { partsDone }) => sum + partsDone, 0) ?? 0
    if (review?.state === 'running' && done >= parts) return review
    if (typeof review?.finishedAt === 'number') throw new Error(`It is ${review.state} already.`)
    await setTimeout(20)
  }
}
