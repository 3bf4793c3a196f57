import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const example = path.join(root, 'examples/span-review')
const spans = path.resolve(root, '../shared/data/issue-spans')
const present = existsSync(spans)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'
const memos = path.join(root, 'test/fixtures/reviewed-memos')

/** Copies of the example, one for each model, whose answers come from these recordings. */
async function flowsOf(models: string[]) {
  const folder = await tempFolder()
  for (const model of models) {
    await cp(path.join(example, 'agents'), folder.path(`${model}/agents`), { recursive: true })
    await writeFile(folder.path(`${model}/proofloop.config.ts`), replayConfig('recordings.jsonl'))
  }
  return folder
}

function replayConfig(recordings: string): string {
  const reviewer = { provider: 'replay', model: 'recorded', recordings }
  return `export default ${JSON.stringify({ models: { reviewer } })}\n`
}

describe.each(['zeroshot-o3-mini', 'zeroshot-llama3-3'])('the recordings of %s', (model) => {
  const outputs = path.join(example, 'outputs', `${model}.jsonl`)
  const dataset = path.join(example, 'dataset')

  test('are what `record` makes of its outputs; see the example’s README to make them anew', async () => {
    await using folder = await tempFolder()
    const argv = ['--dataset', dataset, '--outputs', outputs, '--to', 'new.jsonl']
    await runInProcess(['record', '--flow', example, ...argv], folder.folder)
    const shipped = await readFile(path.join(example, 'recordings', `${model}.jsonl`), 'utf8')
    expect(await readFile(folder.path('new.jsonl'), 'utf8')).toBe(shipped)
  })

  test('give what its outputs give', async () => {
    await using folder = await flowsOf([model])
    await cp(
      path.join(example, 'recordings', `${model}.jsonl`),
      folder.path(`${model}/recordings.jsonl`),
    )
    const evaluate = ['evaluate', '--dataset', dataset, '--json']
    const run = ['--flow', model, '--repeats', '1', '--no-cache']
    const replayed = await runInProcess([...evaluate, ...run], folder.folder)
    const direct = await runInProcess([...evaluate, '--outputs', outputs], folder.folder)
    const { pooled, agents, confusion } = JSON.parse(direct.stdout)
    expect(pooled.tp).toBeGreaterThan(10)
    expect(JSON.parse(replayed.stdout)).toMatchObject({ pooled, agents, confusion, errorRate: 0 })
  })
})

describe.skipIf(!present)(`on six models' real issue lists${skipped}`, () => {
  const models = ['zeroshot-o3-mini', 'zeroshot-llama3-3']

  test('o3-mini by replay has the counts that are known, and Llama → o3-mini passes', async () => {
    await using folder = await flowsOf(models)
    const results = []
    for (const model of models) {
      const outputs = path.join(spans, 'systems', `${model}.jsonl`)
      const to = ['--outputs', outputs, '--to', `${model}/recordings.jsonl`]
      await runInProcess(['record', '--flow', model, '--dataset', spans, ...to], folder.folder)
      const argv = [
        '--flow',
        model,
        '--dataset',
        spans,
        '--repeats',
        '1',
        '--save',
        `${model}.json`,
      ]
      const { stdout } = await runInProcess(['evaluate', ...argv, '--json'], folder.folder)
      results.push(JSON.parse(stdout))
    }
    const [{ pooled }, llama] = results
    expect([pooled.tp, pooled.fp, pooled.fn]).toEqual([65, 55, 173])
    expect(pooled.f05.value).toBeCloseTo(0.4526, 4)
    // Its outputs have one issue twice, which an agent joins: 159 false positives are 158.
    expect([llama.pooled.tp, llama.pooled.fp, llama.pooled.fn]).toEqual([44, 158, 194])
    const runs = ['--baseline', `${models[1]}.json`, '--candidate', `${models[0]}.json`]
    const compared = await runInProcess(['compare', ...runs, '--json'], folder.folder)
    expect(compared.exitCode).toBe(0)
    expect(JSON.parse(compared.stdout)).toMatchObject({ verdict: 'PASS', improved: true })
  })
})

async function memoFlow() {
  const prompt = `---\nmodel: reviewer\nmetadata: { type: Definitive Language, shots: 2 }\n---\nsystem:\nFind promises.\n`
  return tempFolder({
    'flow/proofloop.config.ts': replayConfig('r.jsonl'),
    'flow/agents/promises/agent.prompty': prompt,
    'flow/agents/promises/consolidator.prompty': 'system:\nJudge them.\n',
  })
}

test('two shots and a consolidator replay what is recorded, in each repeat; other types are named', async () => {
  await using folder = await memoFlow()
  const good = path.join(memos, 'good.jsonl')
  const record = ['record', '--flow', 'flow', '--dataset', memos, '--to', 'flow/r.jsonl']
  const outputs = ['--outputs', good, '--outputs', path.join(memos, 'poor.jsonl')]
  const { stdout, stderr, exitCode } = await runInProcess([...record, ...outputs], folder.folder)
  expect([exitCode, stderr]).toEqual([
    0,
    'Warning: no agent reports the type Grammar & Spelling; it is left out.\n',
  ])
  expect(stdout).toMatch(
    /^flow\/r\.jsonl: answers to \d+ prompts of 1 agent\n21 of 21 recorded issues come back/u,
  )
  const argv = ['--flow', 'flow', '--dataset', memos, '--repeats', '2', '--json']
  const replayed = await runInProcess(['evaluate', ...argv], folder.folder)
  expect(JSON.parse(replayed.stdout)).toMatchObject({
    agents: { 'Definitive Language': { tp: 21, fp: 0, fn: 0 } },
    errorRate: 0,
    noise: { floor: 0 },
  })
})

test('a prompt that has changed since is a failed document that says so', async () => {
  await using folder = await memoFlow()
  const outputs = ['--outputs', path.join(memos, 'good.jsonl'), '--to', 'flow/r.jsonl']
  await runInProcess(['record', '--flow', 'flow', '--dataset', memos, ...outputs], folder.folder)
  await writeFile(
    folder.path('flow/agents/promises/consolidator.prompty'),
    'system:\nJudge them well.\n',
  )
  const argv = ['--flow', 'flow', '--dataset', memos, '--repeats', '1', '--json']
  const { stdout, stderr } = await runInProcess(['evaluate', ...argv], folder.folder)
  expect(JSON.parse(stdout).errorRate).toBeGreaterThan(0.8)
  expect(stderr).toMatch(/failed on \d+ documents: .*record again\. \[not-recorded\]/u)
})

test.each([
  [
    'more outputs than shots',
    ['--outputs', 'o', '--outputs', 'o', '--outputs', 'o'],
    'asks 2 times',
  ],
  ['a file that cannot be written', ['--outputs', 'o', '--to', 'no/folder.jsonl'], 'cannot be'],
])('%s are refused in a sentence', async (_, argv, sentence) => {
  await using folder = await memoFlow()
  await cp(path.join(memos, 'good.jsonl'), folder.path('o'))
  const record = ['record', '--flow', 'flow', '--dataset', memos, '--to', 'r.jsonl', ...argv]
  const { exitCode, stderr } = await runInProcess(record, folder.folder)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(sentence)])
})

test('a flow without prompts has nothing to record', async () => {
  const rules = ['--flow', path.join(root, 'examples/new-flow'), '--dataset', memos]
  const outputs = ['--outputs', path.join(memos, 'good.jsonl'), '--to', 'r.jsonl']
  const { exitCode, stderr } = await runInProcess(['record', ...rules, ...outputs], root)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[no-agent-runs]')])
})
