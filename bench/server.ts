// Reads of a review with 2,000 issues by 16 clients at once, alone and while the booklet of 109 pages is
// reviewed, beside a bare Hono route that sends the same bytes; the delay of the server's event loop
// during that review; and the text of the booklet. It starts servers:
// node --conditions=proofloop-source bench/server.ts
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisesPdf } from '../test/helpers/promises-pdf.ts'
import { cookieOf, serverProcess } from '../test/helpers/server-process.ts'
import { tempFolder } from '../test/helpers/temp-folder.ts'
import type { DocumentEntry, ReviewedIssue } from '../src/schema/workplace.ts'
import { load, type Latencies, type Target } from './load.ts'

const clients = 16
const secondsAlone = 8
const root = path.resolve(import.meta.dirname, '..')
const booklet = path.join(root, 'examples/document-review/documents/northwind-health-plus.pdf')

await using folder = await tempFolder()
await using server = await serverProcess(['--port', '0', '--data', folder.path('data')], {
  cwd: root,
})
const headers = { cookie: await cookieOf(server.link), origin: server.url }
const target = (address: string): Target => ({ url: `${server.url}${address}`, headers })

const long = await upload('long.pdf', new Uint8Array(promisesPdf(300, { lines: 48 })))
const pages109 = await upload('booklet.pdf', await readFile(booklet))
const { id: review } = await startReview(long, ['definitive-language'])
await untilReviewed(review)
const issues = target(`/api/reviews/${review}/issues`)
await judgeHalf(review)
const answer = await (await fetch(issues.url, { headers })).arrayBuffer()
await writeFile(folder.path('answer.json'), new Uint8Array(answer))
await using bare = await startBareServer(folder.path('answer.json'))
print({ measured: 'a review with its issues', bytes: answer.byteLength, issues: countOf(answer) })

await alone(bare.target)
await alone(issues)
print({ measured: 'bare route, alone', ...(await alone(bare.target)) })
print({ measured: 'issues, alone', ...(await alone(issues)) })
print({ measured: 'booklet reviewed, nobody reads', ...(await whileReviewed(null)) })
print({ measured: 'bare route, booklet reviewed', ...(await whileReviewed(bare.target)) })
print({ measured: 'issues, booklet reviewed', ...(await whileReviewed(issues)) })
const text = target(`/api/documents/${pages109}/text`)
const one = { clients: 1, signal: AbortSignal.timeout(5_000) }
print({ measured: 'text of the booklet, one client', ...(await load(text, one)) })

async function alone(what: Target): Promise<Latencies> {
  return load(what, { clients, signal: AbortSignal.timeout(secondsAlone * 1000) })
}

/** Readers, if any, from the start of a review of the booklet to its end. */
async function whileReviewed(what: Target | null): Promise<object> {
  const done = new AbortController()
  await eventLoopDelay()
  const started = performance.now()
  const { id } = await startReview(pages109, ['definitive-language', 'grammar-spelling'])
  const reading = what === null ? null : load(what, { clients, signal: done.signal })
  await untilReviewed(id)
  const reviewSeconds = Math.round((performance.now() - started) / 100) / 10
  done.abort()
  return { ...(await reading), reviewSeconds, ...(await eventLoopDelay()) }
}

async function upload(name: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData()
  form.set('file', new File([content], name))
  const { sha256 } = await asked<DocumentEntry>('POST', '/api/documents', form)
  for (;;) {
    const { state } = await asked<DocumentEntry>('GET', `/api/documents/${sha256}`)
    if (state === 'ready') return sha256
    if (state === 'failed') throw new Error(`${name} could not be read.`)
    await setTimeout(250)
  }
}

function startReview(document: string, agents: string[]): Promise<{ id: string }> {
  return asked('POST', '/api/reviews', JSON.stringify({ document, agents }))
}

/** As a review is read in its middle. */
async function judgeHalf(id: string): Promise<void> {
  const { issues: found } = await asked<{ issues: ReviewedIssue[] }>(
    'GET',
    `/api/reviews/${id}/issues`,
  )
  const verdict = JSON.stringify({ version: 0, judgement: { kind: 'accepted' } })
  for (const { issue } of found.slice(0, found.length / 2)) {
    await asked('POST', `/api/reviews/${id}/issues/${issue.id}/verdicts`, verdict)
  }
}

/** Watched as the page does: by its events. */
async function untilReviewed(id: string): Promise<void> {
  const stream = await fetch(`${server.url}/api/reviews/${id}/events?until=complete`, { headers })
  for await (const _ of stream.body ?? []);
}

async function asked<T>(method: string, address: string, body?: string | FormData): Promise<T> {
  const json = typeof body === 'string' && { 'content-type': 'application/json' }
  const answered = await fetch(`${server.url}${address}`, {
    method,
    headers: { ...headers, ...json },
    body,
  })
  if (!answered.ok) throw new Error(`${address} answered ${await answered.text()}`)
  return (await answered.json()) as T
}

/** Since it was last asked, in milliseconds. */
async function eventLoopDelay(): Promise<object> {
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text()
  const at = (quantile: string): number => {
    const line = new RegExp(`^proofloop_event_loop_delay_seconds.*"${quantile}".* (\\S+)$`, 'mu')
    return Math.round(Number(line.exec(metrics)?.[1]) * 10_000) / 10
  }
  return { loopDelayP50: at('0.5'), loopDelayP99: at('0.99'), loopDelayMost: at('1') }
}

async function startBareServer(file: string) {
  const script = path.join(import.meta.dirname, 'bare-server.ts')
  const child = spawn(process.execPath, [script, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [printed] = await once(child.stdout, 'data')
  return {
    target: { url: String(printed).trim() },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

function countOf(bytes: ArrayBuffer): number {
  return JSON.parse(Buffer.from(bytes).toString('utf8')).issues.length
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
