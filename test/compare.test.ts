import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunComparison } from '../src/gate/compare-runs.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const memos = 'test/fixtures/reviewed-memos'

/** Saves each run in a folder of its own and compares by name. */
async function savedRuns(dataset: string, runs: Record<string, string[]>) {
  const folder = await tempFolder()
  const run = (argv: string[]) => runInProcess(argv, root)
  for (const [name, outputs] of Object.entries(runs)) {
    const files = outputs.flatMap((file) => ['--outputs', file])
    await run(['evaluate', '--dataset', dataset, ...files, '--save', folder.path(name)])
  }
  const argv = (baseline: string, candidate: string): string[] => {
    const [a, b] = [folder.path(baseline), folder.path(candidate)]
    return ['compare', '--baseline', a, '--candidate', b]
  }
  return {
    path: folder.path,
    text: (baseline: string, candidate: string, ...more: string[]) =>
      run([...argv(baseline, candidate), ...more]),
    async json(baseline: string, candidate: string, ...more: string[]) {
      const result = await run([...argv(baseline, candidate), ...more, '--json'])
      const value: RunComparison = JSON.parse(result.stdout)
      return { ...value, exitCode: result.exitCode }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const memoRuns = { good: [`${memos}/good.jsonl`], poor: [`${memos}/poor.jsonl`] }

test('the same outputs pass with exit 0', async () => {
  await using runs = await savedRuns(memos, memoRuns)
  const { verdict, improved, exitCode } = await runs.json('good', 'good')
  expect([verdict, improved, exitCode]).toEqual(['PASS', false, 0])
})

test('a broken candidate fails with exit 1 and says what is worse', async () => {
  await using runs = await savedRuns(memos, memoRuns)
  const { exitCode, stdout } = await runs.text('good', 'poor')
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^FAIL: we are 97\.5 % sure that something got materially worse\.\n/)
  expect(stdout).toContain('All agents together are worse: −70.0 points')
  expect(stdout).toContain('“Grammar & Spelling” is worse: −65.7 points (p < 0.001 after Holm)')
})

test('an improvement passes and is called one', async () => {
  await using runs = await savedRuns(memos, memoRuns)
  const { verdict, improved, exitCode } = await runs.json('poor', 'good')
  expect([verdict, improved, exitCode]).toEqual(['PASS', true, 0])
})

test('an anchor that was better keeps a candidate from passing', async () => {
  await using runs = await savedRuns(memos, memoRuns)
  const argv = ['poor', 'poor', '--anchor', runs.path('good')] as const
  const { verdict, reasons, exitCode } = await runs.json(...argv)
  expect([verdict, exitCode]).toEqual(['CANT_TELL', 3])
  expect(reasons).toEqual(['ANCHOR_NOT_SHOWN_NON_INFERIOR'])
})

test('repeats give the noise floor', async () => {
  const mixed = { a: [...memoRuns.good, ...memoRuns.poor], b: [...memoRuns.poor, ...memoRuns.good] }
  await using runs = await savedRuns(memos, { ...memoRuns, ...mixed })
  const { noise } = await runs.json('a', 'b')
  expect(noise?.repeats).toBe(2)
  expect(noise?.floor).toBeGreaterThan(0)
  expect((await runs.json('good', 'poor')).noise).toBeNull()
})

test.each(['dataset', 'evaluation', 'policy'])(
  'runs of a different %s are refused with both hashes',
  async (field) => {
    await using runs = await savedRuns(memos, { good: memoRuns.good })
    const run = JSON.parse(await readFile(runs.path('good'), 'utf8'))
    const mine: string = run.hashes[field].slice(0, 12)
    run.hashes[field] = 'f'.repeat(64)
    await writeFile(runs.path('other'), JSON.stringify(run))
    const { exitCode, stderr } = await runs.text('good', 'other')
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`[different-${field}]`)
    expect(stderr).toContain(mine)
    expect(stderr).toContain('ffffffffffff')
  },
)

test.each([
  ['not JSON', '{"format":', 'not-a-run'],
  ['another JSON file', '{"name":"proofloop"}', 'not-a-run'],
  ['missing', null, 'run-unreadable'],
])('a run that is %s is refused with exit 2', async (_name, content, code) => {
  await using runs = await savedRuns(memos, { good: memoRuns.good })
  if (content !== null) await writeFile(runs.path('other'), content)
  const { exitCode, stderr } = await runs.text('good', 'other')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(new RegExp(`^Error: .+ \\[${code}\\]\\n$`))
})

test('a margin that is no share is refused', async () => {
  await using runs = await savedRuns(memos, { good: memoRuns.good })
  expect((await runs.text('good', 'good', '--margin', '3')).exitCode).toBe(2)
})

const spans = '../shared/data/issue-spans'
describe.skipIf(!existsSync(path.join(root, spans)))('on the real runs beside the checkout', () => {
  const file = (run: string): string[] => [`${spans}/systems/${run}.jsonl`]
  const real = {
    zero: file('zeroshot-llama3-3'),
    five: file('5shot-llama3-3'),
    o3: file('zeroshot-o3-mini'),
    gemini: file('zeroshot-gemini-2-0-flash-thinking'),
    claude: file('zeroshot-claude-3-7-sonnet'),
  }

  test('the four known verdicts come out', async () => {
    await using runs = await savedRuns(spans, real)
    const worse = await runs.json('five', 'zero')
    expect([worse.verdict, worse.reasons, worse.exitCode]).toEqual(['FAIL', ['POOLED_WORSE'], 1])
    expect(worse.pooled?.delta).toBeCloseTo(-0.125, 3)

    const better = await runs.json('zero', 'o3')
    expect([better.verdict, better.improved, better.exitCode]).toEqual(['PASS', true, 0])
    expect(better.pooled?.delta).toBeCloseTo(0.243, 3)

    const unclear = await runs.json('gemini', 'claude')
    expect([unclear.verdict, unclear.exitCode]).toEqual(['CANT_TELL', 3])
    expect(unclear.pooled?.delta).toBeCloseTo(0.021, 3)
    expect(unclear.pooled?.lower95).toBeCloseTo(-0.043, 3)

    const oneAgent = await runs.json('zero', 'five')
    expect([oneAgent.verdict, oneAgent.reasons]).toEqual([
      'CANT_TELL',
      ['AGENT_LOOKS_WORSE:incoherent'],
    ])
  })
})
