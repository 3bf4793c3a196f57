import { expect, test } from 'vitest'
import type { LoadedAgent } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import type { RuleEngines } from '../agent/rule-engines.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Issue } from '../schema/issue.ts'
import { reviewDocument } from './review-document.ts'

const sentences = [
  'The plan guarantees that your claim is paid.',
  'Nothing to see here.',
  'The plan guarantees that your call is answered.',
]
const document: ReviewDocument = {
  sha256: 'f'.repeat(64),
  name: 'test.txt',
  pages: [{ number: 1, width: null, height: null, hasText: true }],
  paragraphs: sentences.map((text, index) => {
    return { index, page: 1, text, role: 'body', words: [] }
  }),
  language: 'en',
}
const agents = await loadAgents('examples/document-review/agents')
const options = { file: 'test.txt', agents, paragraphsPerChunk: 1, concurrency: 2 }

function engines(grammar: RuleEngines['grammar']): RuleEngines {
  return { grammar, [Symbol.asyncDispose]: async () => {} }
}
const quiet = engines(async () => [])

test('issues are in document order, whatever the chunks', async () => {
  const released: Issue[][] = []
  const review = await reviewDocument(document, {
    ...options,
    rules: quiet,
    onIssues: (issues) => released.push(issues),
  })
  expect(review.issues.map(({ location }) => location.paragraph)).toEqual([0, 2])
  expect(released.map((issues) => issues.length)).toEqual([1, 0, 1])
  const whole = await reviewDocument(document, { ...options, rules: quiet, paragraphsPerChunk: -1 })
  expect(whole.issues.map(({ text }) => text)).toEqual(review.issues.map(({ text }) => text))
})

test('each part that is done is told, also when it failed', async () => {
  const told: string[] = []
  const rules = engines(async () => Promise.reject(new UserFacingError('broken', 'It broke.')))
  await reviewDocument(document, {
    ...options,
    rules,
    onPart: (agent, { done, total }) => told.push(`${agent} ${done} of ${total}`),
  })
  for (const agent of agents.filter(({ status }) => status === 'loaded')) {
    const own = told.filter((line) => line.startsWith(`${agent.name} `))
    expect(own).toEqual([0, 1, 2, 3].map((done) => `${agent.name} ${done} of 3`))
  }
})

test('ids are unique, and new for every run', async () => {
  const first = await reviewDocument(document, { ...options, rules: quiet })
  const second = await reviewDocument(document, { ...options, rules: quiet })
  const ids = [...first.issues, ...second.issues].map(({ id }) => id)
  expect(new Set(ids).size).toBe(4)
})

test('an agent that fails is an error of its own part; the rest goes on', async () => {
  const unexpected: unknown[] = []
  const broken = engines(async () => {
    throw new Error('a secret path')
  })
  const review = await reviewDocument(document, {
    ...options,
    rules: broken,
    onUnexpectedError: (error) => unexpected.push(error),
  })
  expect(review.agents['definitive-language']).toMatchObject({ status: 'done', issues: 2 })
  expect(review.agents['grammar-spelling']).toMatchObject({
    status: 'failed',
    reason: expect.not.stringContaining('secret'),
  })
  expect(unexpected).toHaveLength(3)
})

test('an agent that fails on some chunks is partial, with the sentence of the error', async () => {
  let calls = 0
  const flaky = engines(async () => {
    calls += 1
    if (calls === 2) throw new UserFacingError('too-long', 'The chunk is too long.')
    return []
  })
  const { agents: results } = await reviewDocument(document, { ...options, rules: flaky })
  expect(results['grammar-spelling']).toMatchObject({
    status: 'partial',
    reason: '1 of 3 parts: The chunk is too long. [too-long]',
  })
})

test('after an abort what is done is kept and the rest says that it was interrupted', async () => {
  const controller = new AbortController()
  const review = await reviewDocument(document, {
    ...options,
    concurrency: 1,
    agents: agents.filter(({ name }) => name === 'definitive-language'),
    rules: quiet,
    signal: controller.signal,
    onIssues: () => controller.abort(),
  })
  expect(review.agents['definitive-language']).toMatchObject({
    status: 'partial',
    reason: expect.stringContaining('interrupted'),
  })
  expect(review.issues.length).toBeGreaterThan(0)
})

test('an agent that does not know the language is skipped for this document, and says so', async () => {
  const german = { ...document, language: 'de' }
  const review = await reviewDocument(german, { ...options, rules: quiet })
  expect(review.issues).toEqual([])
  expect(review.agents['definitive-language']).toEqual({
    status: 'skipped',
    issues: 0,
    ms: 0,
    reason: 'it knows English and the document is in German',
  })
})

test('a skipped agent says why', async () => {
  const skipped = { status: 'skipped', name: 'llm', type: 'llm', reason: 'no model' } as const
  const review = await reviewDocument(document, { ...options, agents: [skipped], rules: quiet })
  expect(review.agents).toEqual({
    llm: { status: 'skipped', issues: 0, ms: 0, reason: 'no model' },
  })
})

test('the loaded agents carry a hash of their files', () => {
  const loaded = agents.filter((agent): agent is LoadedAgent => agent.status === 'loaded')
  expect(loaded.map(({ hash }) => hash.length)).toEqual([64, 64])
})
