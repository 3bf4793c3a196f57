import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { EvaluationSummary } from '../src/evaluation/evaluation-summary.ts'
import { buildPage } from './helpers/built-page.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const memos = 'test/fixtures/reviewed-memos'

// What reports are written with.
beforeAll(buildPage)

async function evaluate(...argv: string[]) {
  return runInProcess(['evaluate', ...argv], root)
}

async function summaryOf(dataset: string, ...outputs: string[]): Promise<EvaluationSummary> {
  const files = outputs.flatMap((file) => ['--outputs', file])
  const { stdout, exitCode } = await evaluate('--dataset', dataset, ...files, '--json')
  expect(exitCode).toBe(0)
  return JSON.parse(stdout)
}

test('a dataset against itself is 1 everywhere', async () => {
  const { pooled, strict, detection, documents } = await summaryOf(memos, `${memos}/gold.jsonl`)
  expect(documents).toBe(24)
  for (const { tp, fp, fn, f05 } of [pooled, strict, detection]) {
    expect([tp, fp, fn, f05.value]).toEqual([63, 0, 0, 1])
  }
})

test('copies and wrong types count as false positives, and are told apart', async () => {
  const { pooled, agents, duplicates, confusion, detection } = await summaryOf(
    memos,
    `${memos}/poor.jsonl`,
  )
  expect([pooled.tp, pooled.fp, pooled.fn]).toEqual([21, 66, 42])
  expect(agents['Definitive Language']?.precision).toMatchObject({ value: null, lower: null })
  expect(duplicates).toBe(21)
  expect(detection.tp).toBe(42)
  expect(confusion).toContainEqual({
    truth: 'Definitive Language',
    detected: 'Grammar & Spelling',
    count: 21,
  })
})

test('several outputs are repeats: counts are means, and a failed document counts as missed', async () => {
  await using folder = await tempFolder({
    'failed.jsonl': '{"doc_id":"memo-01","error":"timeout"}',
  })
  const failed = folder.path('failed.jsonl')
  const { pooled, repeats, errorRate } = await summaryOf(memos, `${memos}/gold.jsonl`, failed)
  expect(repeats).toBe(2)
  expect(errorRate).toBe(1 / 48)
  expect([pooled.tp, pooled.fp, pooled.fn]).toEqual([31.5, 0, 31.5])
})

test('three equal runs have whole counts and no noise', async () => {
  const poor = `${memos}/poor.jsonl`
  const { confusion, noise } = await summaryOf(memos, poor, poor, poor)
  expect(confusion.filter(({ count }) => !Number.isInteger(count))).toEqual([])
  expect(noise?.floor).toBe(0)
})

test('on a narrow terminal the table becomes lines that fit', async () => {
  const argv = ['evaluate', '--dataset', memos, '--outputs', `${memos}/poor.jsonl`]
  const { stdout } = await runInProcess(argv, root, { width: 60 })
  const [, agents = ''] = stdout.split('\n\n')
  expect(agents.split('\n').slice(0, 4)).toEqual([
    'Definitive Language',
    '    TP 0 · FP 0 · FN 21 · Precision –',
    '    Recall 0.000 [0.000, 0.172] · F0.5 0.000 [0.000, 0.172]',
    '    Documents 21',
  ])
})

test('--report writes one page with the figures that are printed', async () => {
  await using folder = await tempFolder()
  const report = folder.path('report.html')
  const outputs = ['--outputs', `${memos}/poor.jsonl`, '--report', report]
  const { exitCode, stdout, stderr } = await evaluate('--dataset', memos, ...outputs)
  expect([exitCode, stderr]).toEqual([0, `Report: ${report}\n`])
  const page = await readFile(report, 'utf8')
  expect(page).toContain('<title>Evaluation of reviewed-memos</title>')
  const [pooled] = /(?<=pooled\).*)0\.\d{3} \[/u.exec(stdout) ?? []
  expect(pooled).toBeDefined()
  expect(page.replace(/<[^>]+>/gu, '')).toContain(pooled)
  expect(await readdir(folder.folder)).toEqual(['report.html'])
})

test('a misspelt type is named with the type that was meant', async () => {
  const gold = await readFile(path.join(root, memos, 'gold.jsonl'), 'utf8')
  const misspelt = gold.replaceAll('Definitive Language', 'Definitive Lanugage')
  await using folder = await tempFolder({ 'run.jsonl': misspelt })
  const { stdout } = await evaluate('--dataset', memos, '--outputs', folder.path('run.jsonl'))
  expect(stdout).toContain('No issue of the dataset has the type “Definitive Lanugage”')
  expect(stdout).toContain('Did you mean “Definitive Language”?')
})

test('only the chosen agents count, with their truths', async () => {
  const argv = ['--dataset', memos, '--outputs', `${memos}/good.jsonl`]
  const { stdout } = await evaluate(...argv, '--agents', 'Definitive Language', '--json')
  const { pooled, agents }: EvaluationSummary = JSON.parse(stdout)
  expect(Object.keys(agents)).toEqual(['Definitive Language'])
  expect([pooled.tp, pooled.fp, pooled.fn]).toEqual([21, 0, 0])
})

test('mistakes are listed by kind with their sentence', async () => {
  const argv = ['--dataset', memos, '--outputs', `${memos}/poor.jsonl`, '--examples']
  const { stdout } = await evaluate(...argv)
  for (const kind of ['wrong type (21)', 'duplicate (21)', 'spurious (24)', 'missed (21)']) {
    expect(stdout).toContain(`\n${kind}\n`)
  }
  expect(stdout).toContain('He go to the office every day and they was late.')
})

test('control characters of a document do not reach the terminal', async () => {
  const text = 'They was\u001b[2J\u0007 late.'
  await using folder = await tempFolder({
    'documents.jsonl': JSON.stringify({ doc_id: 'evil\u001b[0m', paragraphs: [{ text }] }),
    'gold.jsonl': JSON.stringify({
      doc_id: 'evil\u001b[0m',
      type: 'T\u001b[1m',
      text: 'was\u001b[2J',
    }),
    'run.jsonl': JSON.stringify({ doc_id: 'evil\u001b[0m', type: 'T', text: 'late' }),
  })
  const outputs = folder.path('run.jsonl')
  const { stdout } = await evaluate('--dataset', folder.folder, '--outputs', outputs, '--examples')
  expect(stdout).toContain('missed (1)')
  expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
})

test('a single document and a few issues are called too few to judge', async () => {
  await using folder = await tempFolder({
    'documents.jsonl': JSON.stringify({ doc_id: 'a', paragraphs: [{ text: 'They was late.' }] }),
    'gold.jsonl': JSON.stringify({ doc_id: 'a', type: 'Grammar', text: 'was' }),
  })
  const gold = folder.path('gold.jsonl')
  const { stdout } = await evaluate('--dataset', folder.folder, '--outputs', gold)
  expect(stdout).toContain('All agents together are too few to judge')
  expect(stdout).toContain('1 document: a comparison of two runs needs 20')
})

test('a saved run holds counts by document, agent and repeat, and the hashes', async () => {
  await using folder = await tempFolder()
  const save = folder.path('run.json')
  await evaluate('--dataset', memos, '--outputs', `${memos}/good.jsonl`, '--save', save)
  const run = JSON.parse(await readFile(save, 'utf8'))
  expect(run.documents[1]).toMatchObject({
    id: 'memo-02',
    repeats: [{ failed: false, agents: { 'Grammar & Spelling': [2, 0, 0] } }],
  })
  expect(Object.keys(run.hashes)).toEqual(['dataset', 'evaluation', 'policy', 'subject'])
  expect(await readdir(folder.folder)).toEqual(['run.json'])
})

test('a flow is run on the documents of the dataset, with repeats', async () => {
  const argv = ['--dataset', memos, '--flow', 'examples/document-review', '--repeats', '2']
  const { stdout, exitCode } = await evaluate(...argv, '--agents', 'definitive-language', '--json')
  expect(exitCode).toBe(0)
  const { repeats, agents, errorRate }: EvaluationSummary = JSON.parse(stdout)
  expect([repeats, errorRate]).toEqual([2, 0])
  expect(Object.keys(agents)).toEqual(['Definitive Language'])
})

test('a process of its own runs all agents on all documents at once, and ends by itself', async () => {
  const argv = ['--dataset', memos, '--flow', 'examples/document-review', '--repeats', '1']
  const cli = ['--conditions=proofloop-source', 'src/cli/main.ts', 'evaluate', ...argv, '--json']
  // Rejects when the exit code is not 0: Node's is 13 when nothing keeps a waiting process alive.
  const { stdout } = await promisify(execFile)(process.execPath, cli, { cwd: root })
  const { agents, errorRate }: EvaluationSummary = JSON.parse(stdout)
  expect(errorRate).toBe(0)
  expect(Object.keys(agents)).toEqual(['Definitive Language', 'Grammar & Spelling'])
})

test('a document that cannot be read is named', async () => {
  await using folder = await tempFolder({
    'set.jsonl': '{"id":"handbook","document":"handbook.txt","issues":[]}',
    'handbook.txt': '',
  })
  const argv = ['--dataset', folder.path('set.jsonl'), '--outputs', `${memos}/gold.jsonl`]
  const { exitCode, stderr } = await evaluate(...argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('The document "handbook" of the dataset cannot be read')
})

test('an interrupted evaluation prints nothing and exits with 130', async () => {
  const argv = ['--dataset', memos, '--flow', 'examples/document-review']
  const { exitCode, stdout } = await runInProcess(['evaluate', ...argv], root, {
    signal: AbortSignal.abort(),
  })
  expect([exitCode, stdout]).toEqual([130, ''])
})

test.each([
  ['neither outputs nor a flow', [], 'options-contradict'],
  ['outputs and a flow', ['--outputs', `${memos}/gold.jsonl`, '--flow', '.'], 'options-contradict'],
  [
    'repeats of recorded outputs',
    ['--outputs', `${memos}/gold.jsonl`, '--repeats', '2'],
    'options-contradict',
  ],
  [
    'an agent that the dataset does not know',
    ['--outputs', `${memos}/gold.jsonl`, '--agents', 'Tone'],
    'unknown-agent',
  ],
  ['a missing outputs file', ['--outputs', 'nothing.jsonl'], 'file-not-found'],
  ['a folder as outputs', ['--outputs', 'src'], 'not-a-file'],
  [
    'a binary file as outputs',
    ['--outputs', 'examples/document-review/documents/northwind-health-plus.pdf'],
    'not-text',
  ],
  [
    'a folder that cannot be written',
    ['--outputs', `${memos}/gold.jsonl`, '--save', 'nowhere/run.json'],
    'run-not-saved',
  ],
  [
    'a report in a folder that is not there',
    ['--outputs', `${memos}/gold.jsonl`, '--report', 'nowhere/report.html'],
    'report-not-written',
  ],
])('%s is refused in one sentence with exit 2', async (_name, argv, code) => {
  const { exitCode, stderr, stdout } = await evaluate('--dataset', memos, ...argv)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(new RegExp(`^Error: .+ \\[${code}\\]\\n$`))
  expect(stdout).toBe('')
})

const data = '../shared/data'
describe.skipIf(!existsSync(path.join(root, data)))('on the real data beside the checkout', () => {
  test.each([
    ['zeroshot-o3-mini', 65, 55, 173],
    ['zeroshot-claude-3-7-sonnet', 78, 119, 160],
    ['zeroshot-gpt4o', 51, 110, 187],
    ['zeroshot-llama3-3', 44, 159, 194],
    ['5shot-llama3-3', 73, 140, 165],
  ])('%s has the counts that another implementation found', async (run, ...counts) => {
    const dataset = `${data}/issue-spans`
    const { pooled } = await summaryOf(dataset, `${dataset}/systems/${run}.jsonl`)
    expect([pooled.tp, pooled.fp, pooled.fn]).toEqual(counts)
  })

  test('o3-mini has F0.5 .4526', async () => {
    const dataset = `${data}/issue-spans`
    const { pooled } = await summaryOf(dataset, `${dataset}/systems/zeroshot-o3-mini.jsonl`)
    expect(pooled.f05.value).toBeCloseTo(0.4526, 4)
  })

  test('the contracts against themselves are 1 for each of the 17 agents', async () => {
    const dataset = `${data}/contracts`
    const { documents, pooled, agents } = await summaryOf(dataset, `${dataset}/gold.jsonl`)
    expect([documents, pooled.tp, Object.keys(agents).length]).toEqual([61, 1228, 17])
    const values = Object.values(agents).flatMap(({ precision, recall }) => [precision, recall])
    expect(new Set(values.map(({ value }) => value))).toEqual(new Set([1]))
  })
})
