import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { answer } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { findPromises } from './helpers/promise-flow.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const memos = path.join(root, 'test/fixtures/reviewed-memos')
const flow = path.join(root, 'examples/document-review')
const letter = 'The plan guarantees that your claim is paid. We will always be there for you.'
const names = [
  'definitive-language',
  'definitive-language-llm',
  'grammar-spelling',
  'grammar-spelling-llm',
]

/** Runs the command line with nothing in its environment but what is given. */
async function proofloop(argv: string[], cwd: string, env: Record<string, string>) {
  const main = ['--conditions=proofloop-source', path.join(root, 'src/cli/main.ts')]
  return promisify(execFile)(process.execPath, [...main, ...argv], { cwd, env })
}

const key = 'sk-of-nobody'

test('OPENAI_BASE_URL and OPENAI_API_KEY are all that review needs for prompts beside the rules', async () => {
  await using server = await startScriptedServer(findPromises)
  await using folder = await tempFolder({ 'letter.txt': letter })
  const env = { OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: key }
  const { stdout } = await proofloop(['review', 'letter.txt', '--json'], folder.folder, env)
  const { issues, agents } = JSON.parse(stdout)
  expect(Object.keys(agents).toSorted()).toEqual(names)
  for (const name of names) expect(agents[name]).toMatchObject({ status: 'done' })
  const texts = (issues as { agent: string; text: string }[]).map(({ agent, text }) => [
    agent,
    text,
  ])
  expect(texts).toContainEqual(['definitive-language', 'guarantees'])
  expect(texts).toContainEqual(['definitive-language-llm', 'always'])
  expect(texts).toContainEqual(['grammar-spelling-llm', 'always'])
  // Three shots and a consolidator for each of the two prompts.
  expect(server.requests).toHaveLength(8)
  expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(
    true,
  )
})

test('… and that evaluate needs', async () => {
  await using server = await startScriptedServer(() => answer({ issues: [] }))
  await using folder = await tempFolder()
  const env = { OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: key }
  const argv = ['evaluate', '--dataset', memos, '--flow', flow, '--repeats', '1', '--json']
  const { stdout } = await proofloop(argv, folder.folder, env)
  const { account, errorRate, pooled } = JSON.parse(stdout)
  expect(server.requests).toHaveLength(24 * 2 * 3)
  expect(account).toMatchObject({ requests: 144, failed: 0, cost: null })
  expect(errorRate).toBe(0)
  // The rules find theirs, whatever the model says.
  expect(pooled.tp).toBeGreaterThan(0)
})

test('without a key the prompts are skipped with one line that says what to set', async () => {
  await using folder = await tempFolder({ 'letter.txt': letter })
  const { stdout } = await proofloop(['review', 'letter.txt'], folder.folder, {})
  expect(stdout.match(/-llm: skipped.*OPENAI_API_KEY/gu)).toHaveLength(2)
  expect(stdout).toContain('definitive-language: done')
})

test('its notices are measured without a model, and the rules neither find everything nor nothing', async () => {
  await using folder = await tempFolder()
  const notices = path.join(flow, 'datasets/notices/examples.jsonl')
  const argv = ['evaluate', '--dataset', notices, '--flow', flow, '--repeats', '1', '--json']
  const { stdout } = await proofloop(argv, folder.folder, {})
  const { pooled, errorRate, documents } = JSON.parse(stdout)
  expect([documents, errorRate, pooled.tp + pooled.fn]).toEqual([12, 0, 20])
  expect(pooled.tp).toBeGreaterThan(0)
  expect(pooled.fn).toBeGreaterThan(0)
})
