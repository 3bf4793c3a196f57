import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../src/cli/run.ts'
import { traceNames } from '../src/schema/trace-names.ts'
import { otlpReceiver } from './helpers/otlp-receiver.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { readTraceFile, type SentSpan } from './helpers/trace-file.ts'

const promise = 'The plan guarantees that your claim is paid.'
const memos = path.resolve('test/fixtures/reviewed-memos')
const flow = path.resolve('examples/document-review')
const phraseAgent = ['--agents', 'definitive-language']
const phrases = ['review', ...phraseAgent]
const evaluation = ['evaluate', '--dataset', memos, '--flow', flow, ...phraseAgent]

function named(spans: SentSpan[], name: string): SentSpan[] {
  return spans.filter((span) => span.name === name)
}

/** Runs a command of which each write to stdout is told. */
function runWith(
  cwd: string,
  argv: string[],
  { write, signal = new AbortController().signal }: { write: () => void; signal?: AbortSignal },
): Promise<number> {
  const stderr = { write: () => {} }
  const terminal = { interactive: false, color: false, width: 100 }
  return run(argv, { stdout: { write }, stderr, cwd, env: {}, signal, ...terminal })
}

function workflow(spans: SentSpan[]): SentSpan {
  return named(spans, 'invoke_workflow document-review')[0]!
}

test('each document is a trace: the run, reading, and an agent on each chunk', async () => {
  await using temp = await tempFolder({ 'a.txt': `${promise}\n\n${promise}`, 'b.txt': promise })
  const argv = [...phrases, '--paragraphs-per-chunk', '1', '--trace', 'out.jsonl', 'a.txt', 'b.txt']
  expect((await runInProcess(argv, temp.folder)).exitCode).toBe(0)
  const traces = Map.groupBy(readTraceFile(temp.path('out.jsonl')), ({ traceId }) => traceId)
  const shapes = [...traces.values()].map((spans) => spans.map(({ name }) => name).toSorted())
  const short = [
    'invoke_agent definitive-language',
    'invoke_workflow document-review',
    'read_document',
  ]
  expect(shapes).toContainEqual(short)
  expect(shapes).toContainEqual([short[0], ...short])
  for (const spans of traces.values()) {
    const root = workflow(spans)
    expect(root.parentSpanId).toBeUndefined()
    const parents = spans.filter((span) => span !== root).map(({ parentSpanId }) => parentSpanId)
    expect(new Set(parents)).toEqual(new Set([root.spanId]))
    for (const span of spans) {
      expect(span.schemaUrl).toBe('https://opentelemetry.io/schemas/gen-ai/1.42.0')
      expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano))
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano))
    }
  }
})

test('a run tells hashes and counts, an agent its version and its chunk', async () => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const argv = [...phrases, '--json', '--trace', 'out.jsonl', 'a.txt']
  const { stdout } = await runInProcess(argv, temp.folder)
  const spans = readTraceFile(temp.path('out.jsonl'))
  expect(workflow(spans).attributes).toEqual({
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'document-review',
    'proofloop.run.id': (JSON.parse(stdout) as { run: string }).run,
    'proofloop.run.status': 'done',
    'proofloop.document.sha256': createHash('sha256').update(promise).digest('hex'),
    'proofloop.document.pages': 1,
    'proofloop.document.paragraphs': 1,
    'proofloop.chunks': 1,
    'proofloop.issues': 1,
  })
  const [agent] = named(spans, 'invoke_agent definitive-language')
  expect(agent?.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'proofloop',
    'gen_ai.agent.name': 'definitive-language',
    'gen_ai.agent.version': expect.stringMatching(/^[0-9a-f]{64}$/),
    'proofloop.chunk.index': 0,
    'proofloop.chunk.paragraphs': 1,
    'proofloop.issues': 1,
  })
})

test('nothing of a document is in a trace, not even the name of its file', async () => {
  await using temp = await tempFolder({ 'merger.txt': promise, 'layoffs.pdf': 'no pdf' })
  const argv = [...phrases, '--trace', 'out.jsonl', 'merger.txt', 'layoffs.pdf']
  await runInProcess(argv, temp.folder)
  const text = readFileSync(temp.path('out.jsonl'), 'utf8')
  for (const content of ['merger', 'layoffs', 'guarantees', 'claim', 'binds']) {
    expect(text).not.toContain(content)
  }
})

test.for([
  { argv: ['--trace-content'], variable: undefined, told: true },
  { argv: [], variable: 'true', told: true },
  { argv: [], variable: 'SPAN_ONLY', told: true },
  { argv: [], variable: 'EVENT_ONLY', told: false },
  { argv: [], variable: 'false', told: false },
])('content: $argv and $variable tell the name: $told', async ({ argv, variable, told }) => {
  await using temp = await tempFolder({ 'merger.txt': promise })
  const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: variable }
  const line = [...phrases, '--trace', 'out.jsonl', ...argv, 'merger.txt']
  await runInProcess(line, temp.folder, { env })
  const { attributes } = workflow(readTraceFile(temp.path('out.jsonl')))
  expect(attributes['proofloop.document.name']).toBe(told ? 'merger.txt' : undefined)
})

test('every attribute is in the table of names', async () => {
  await using temp = await tempFolder({ 'a.txt': promise, 'b.pdf': 'no pdf' })
  const review = [...phrases, '--trace-content', '--trace', 'review.jsonl', 'a.txt', 'b.pdf']
  await runInProcess(review, temp.folder)
  await runInProcess([...evaluation, '--trace', 'evaluation.jsonl'], temp.folder)
  const spans = ['review.jsonl', 'evaluation.jsonl'].flatMap((name) =>
    readTraceFile(temp.path(name)),
  )
  const holders = spans.flatMap((span) => [span, ...span.events])
  const names = new Set(holders.flatMap(({ attributes }) => Object.keys(attributes)))
  const table: string[] = Object.values(traceNames)
  expect([...names].filter((name) => !table.includes(name))).toEqual([])
  expect(names.size).toBeGreaterThan(20)
})

test('a document that cannot be read is a failed trace with a code', async () => {
  await using temp = await tempFolder({ 'b.pdf': 'no pdf' })
  await runInProcess([...phrases, '--trace', 'out.jsonl', 'b.pdf'], temp.folder)
  const spans = readTraceFile(temp.path('out.jsonl'))
  expect(spans.map(({ name }) => name)).toEqual([
    'read_document',
    'invoke_workflow document-review',
  ])
  for (const { attributes, status } of spans) {
    expect(attributes['error.type']).toBe('document-not-supported')
    expect(status).toEqual({ code: 2 })
  }
})

test('a run is in the file when it ends, not only when the command does', async () => {
  await using temp = await tempFolder({ 'a.txt': promise, 'b.txt': promise })
  const seen: number[] = []
  await runWith(temp.folder, [...phrases, '--trace', 'out.jsonl', 'a.txt', 'b.txt'], {
    write: () => seen.push(readTraceFile(temp.path('out.jsonl')).length),
  })
  expect(seen[0]).toBeGreaterThanOrEqual(3)
})

test('when interrupted, what has run is in the file and the run is marked', async () => {
  const text = Array.from({ length: 60 }, () => promise).join('\n\n')
  await using temp = await tempFolder({ 'a.txt': text })
  const controller = new AbortController()
  const argv = [...phrases, '--paragraphs-per-chunk', '1', '--trace', 'out.jsonl', 'a.txt']
  const exitCode = await runWith(temp.folder, argv, {
    write: () => controller.abort(),
    signal: controller.signal,
  })
  expect(exitCode).toBe(130)
  const spans = readTraceFile(temp.path('out.jsonl'))
  expect(workflow(spans).attributes).toMatchObject({
    'error.type': 'interrupted',
    'proofloop.run.status': 'partial',
  })
  const agents = named(spans, 'invoke_agent definitive-language')
  expect(agents.length).toBeGreaterThan(0)
  expect(agents.length).toBeLessThan(60)
})

test('an evaluation puts the counts of each run on its span, and they add up', async () => {
  await using temp = await tempFolder({})
  const argv = [...evaluation, '--repeats', '2', '--json', '--trace', 'out.jsonl']
  const { stdout } = await runInProcess(argv, temp.folder)
  const { documents, pooled }: { documents: number; pooled: { tp: number; fp: number } } =
    JSON.parse(stdout)
  const spans = readTraceFile(temp.path('out.jsonl'))
  const runs = named(spans, 'invoke_workflow document-review')
  expect(runs).toHaveLength(2 * documents)
  expect(new Set(runs.map(({ attributes }) => attributes['proofloop.evaluation.id'])).size).toBe(1)
  const repeats = runs.map(({ attributes }) => attributes['proofloop.evaluation.repeat'])
  expect(new Set(repeats)).toEqual(new Set([0, 1]))

  const events = runs.flatMap((span) => span.events)
  expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['gen_ai.evaluation.result']))
  const overall = events.filter(({ attributes }) => !('proofloop.issue.type' in attributes))
  const sum = (name: string): number =>
    overall.reduce((total, { attributes }) => total + Number(attributes[name]), 0)
  expect(overall).toHaveLength(2 * documents)
  expect(sum('proofloop.evaluation.true_positives')).toBe(2 * pooled.tp)
  expect(sum('proofloop.evaluation.false_positives')).toBe(2 * pooled.fp)
  expect(readFileSync(temp.path('out.jsonl'), 'utf8')).not.toContain('memo-0')
})

test('recorded outputs run nothing, so --trace is refused with them', async () => {
  await using temp = await tempFolder({})
  const outputs = ['evaluate', '--dataset', memos, '--outputs', path.join(memos, 'good.jsonl')]
  const argv = [...outputs, '--trace', 'out.jsonl']
  const { exitCode, stderr } = await runInProcess(argv, temp.folder)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('[options-contradict]')
})

test('a file that cannot be written is told before anything runs', async () => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const argv = [...phrases, '--trace', 'missing/out.jsonl', 'a.txt']
  const { exitCode, stdout, stderr } = await runInProcess(argv, temp.folder)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toBe(
    'Error: missing/out.jsonl cannot be written (ENOENT). Check the folder and its rights. [trace-not-writable]\n',
  )
})

test.skipIf(!existsSync('/dev/full'))('a full disk is told once and fails no run', async () => {
  await using temp = await tempFolder({ 'a.txt': promise, 'b.txt': promise })
  const argv = [...phrases, '--trace', '/dev/full', 'a.txt', 'b.txt']
  const { exitCode, stderr } = await runInProcess(argv, temp.folder)
  expect(exitCode).toBe(0)
  const warning =
    'Warning: /dev/full can no longer be written (ENOSPC): later traces are not in it.\n'
  expect(stderr).toBe(warning)
})

test('OTLP carries what the file holds, with the headers and the resource of the environment', async () => {
  await using temp = await tempFolder({ 'a.txt': promise })
  await using receiver = await otlpReceiver()
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret,x-team=review',
    OTEL_SERVICE_NAME: 'booklets',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
  }
  const argv = [...phrases, '--trace', 'out.jsonl', 'a.txt']
  const { exitCode, stderr } = await runInProcess(argv, temp.folder, { env })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const [request, ...more] = receiver.received
  expect(more).toEqual([])
  expect(request?.path).toBe('/v1/traces')
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    authorization: 'Bearer secret',
    'x-team': 'review',
  })
  const written = readTraceFile(temp.path('out.jsonl'))
  expect(written[0]?.resource).toMatchObject({
    'service.name': 'booklets',
    'deployment.environment.name': 'test',
    'telemetry.sdk.name': 'opentelemetry',
  })
  expect(request?.spans).toMatchObject(written)
  expect(readFileSync(temp.path('out.jsonl'), 'utf8')).not.toContain('secret')
})

test.for([
  { receiver: 'is down', status: undefined, reason: 'ECONNREFUSED' },
  { receiver: 'never answers', status: null, reason: 'no answer in time' },
  { receiver: 'refuses and repeats what it got', status: 400, reason: 'HTTP 400' },
])('a receiver that $receiver costs one line and no run', async ({ status, reason }) => {
  await using temp = await tempFolder({ 'a.txt': promise })
  await using receiver = await otlpReceiver(status)
  if (status === undefined) await receiver[Symbol.asyncDispose]()
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('//', '//user:secret@'),
    OTEL_EXPORTER_OTLP_TIMEOUT: '300',
  }
  const { exitCode, stdout, stderr } = await runInProcess([...phrases, 'a.txt'], temp.folder, {
    env,
  })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('1 issue on 1 of 1 page')
  expect(stderr).toBe(
    `Warning: 3 of 3 spans could not be sent to ${receiver.url} (${reason}). Check OTEL_EXPORTER_OTLP_ENDPOINT; the run itself is complete.\n`,
  )
})

test('a sampler that takes no run leaves the file empty', async () => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const env = { OTEL_TRACES_SAMPLER: 'parentbased_always_off' }
  await runInProcess([...phrases, '--trace', 'out.jsonl', 'a.txt'], temp.folder, { env })
  expect(readTraceFile(temp.path('out.jsonl'))).toEqual([])
})
