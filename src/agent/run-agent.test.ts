import { afterAll, expect, test } from 'vitest'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { LoadedAgent } from './agent.ts'
import { loadAgents } from './load-agents.ts'
import { createRuleEngines } from './rule-engines.ts'
import { languageGap, runAgent } from './run-agent.ts'

const shipped = await loadAgents('examples/document-review/agents')
const rules = createRuleEngines()
afterAll(() => rules[Symbol.asyncDispose]())

function agent(name: string): LoadedAgent {
  const found = shipped.find((one) => one.name === name)
  if (found?.status !== 'loaded') throw new Error(`The agent ${name} is not loaded.`)
  return found
}

function documentOf(texts: string[], part: Partial<ReviewDocument> = {}): ReviewDocument {
  return {
    sha256: '0'.repeat(64),
    name: 'test.txt',
    pages: [{ number: 1, width: null, height: null, hasText: true }],
    paragraphs: texts.map((text, index): Paragraph => {
      return { index, page: 1, text, role: 'body', words: [] }
    }),
    language: 'en',
    ...part,
  }
}

async function run(name: string, document: ReviewDocument, paragraphs = document.paragraphs) {
  const { findings } = await runAgent(agent(name), { document, paragraphs }, { rules })
  return findings
}

const slip = '😀 We will recieve your claim on Monday.'

test('the shipped agents load, so rules pass their own examples and prompts can be rendered', () => {
  expect(shipped.map(({ name, status, type }) => [name, status, type])).toEqual([
    ['definitive-language', 'loaded', 'Definitive Language'],
    ['definitive-language-llm', 'skipped', 'Definitive Language'],
    ['grammar-spelling', 'loaded', 'Grammar & Spelling'],
    ['grammar-spelling-llm', 'skipped', 'Grammar & Spelling'],
  ])
})

test('others get a turn between the paragraphs of a long document', async () => {
  const document = documentOf(Array.from({ length: 20 }, () => 'The plan covers therapy.'))
  let turns = 0
  const next = (): NodeJS.Immediate => setImmediate(() => ((turns += 1), (turn = next())))
  let turn = next()
  expect(await run('definitive-language', document)).toHaveLength(20)
  clearImmediate(turn)
  expect(turns).toBeGreaterThanOrEqual(19)
})

test('an agent whose review is stopped looks at no further paragraph', async () => {
  const document = documentOf(['One.', 'Two.', 'Three.'])
  const stop = new AbortController()
  const stopped = new Error('It is stopped.')
  const looked: string[] = []
  const phrases = (text: string): [] => {
    looked.push(text)
    if (text === 'Two.') stop.abort(stopped)
    return []
  }
  const stubborn = { ...agent('definitive-language'), engine: 'rules' as const, phrases }
  const part = { document, paragraphs: document.paragraphs }
  const looking = runAgent(stubborn as LoadedAgent, part, { rules, signal: stop.signal })
  await expect(looking).rejects.toBe(stopped)
  expect(looked).toEqual(['One.', 'Two.'])
})

test('a promise is found, beside an instruction and a definition', async () => {
  const document = documentOf([
    'You will need to call us. The plan covers hormone therapy.',
    'The term “policy” means the plan that covers the member.',
  ])
  expect(await run('definitive-language', document)).toMatchObject([
    {
      paragraph: 0,
      start: 35,
      end: 41,
      text: 'covers',
      sourceSentence: 'The plan covers hormone therapy.',
      suggestedFix: 'generally covers',
      score: 4,
    },
  ])
})

test('a spelling mistake comes with its place, its sentence and a fix', async () => {
  const [finding, ...others] = await run('grammar-spelling', documentOf(['All is well.', slip]))
  expect(others).toEqual([])
  expect(finding).toMatchObject({ paragraph: 1, text: 'recieve', suggestedFix: 'receive' })
  expect(slip.slice(finding?.start, finding?.end)).toBe('recieve')
  expect(slip).toContain(finding?.sourceSentence)
})

test('each chunk gets the findings of its paragraphs, also when they ask at once', async () => {
  const document = documentOf(['All is well.', slip])
  const found = await Promise.all(
    document.paragraphs.map((paragraph) => run('grammar-spelling', document, [paragraph])),
  )
  expect(found.map((findings) => findings.length)).toEqual([0, 1])
})

test('headers and footers are not reviewed', async () => {
  const document = documentOf([slip, 'The plan guarantees that you are paid.'])
  for (const paragraph of document.paragraphs) paragraph.role = 'footer'
  expect(await run('grammar-spelling', document)).toEqual([])
  expect(await run('definitive-language', document)).toEqual([])
})

test('the shipped agents know English, and take a language that is unknown for one they know', () => {
  for (const name of ['grammar-spelling', 'definitive-language']) {
    expect(languageGap(agent(name), { language: 'en' })).toBeNull()
    expect(languageGap(agent(name), { language: null })).toBeNull()
    expect(languageGap(agent(name), { language: 'de' })).toBe(
      'it knows English and the document is in German',
    )
  }
  const languages = ['en', 'fr', 'qqq']
  const gap = languageGap({ ...agent('definitive-language'), languages }, { language: 'cy' })
  expect(gap).toBe('it knows English, French, qqq and the document is in Welsh')
})

test('findings below the lowest score are dropped', async () => {
  const document = documentOf(['Northwind Health Plus covers hormone therapy.'])
  const found = await run('definitive-language', document)
  expect(found.map(({ text, score }) => [text, score])).toEqual([['covers', 4]])
  const strict = { ...agent('definitive-language'), minScore: 5 }
  const context = { document, paragraphs: document.paragraphs }
  expect(await runAgent(strict, context, { rules })).toEqual({ findings: [], leftOut: 0 })
})

test('nothing is done once the signal has aborted', async () => {
  const document = documentOf([slip])
  const context = { document, paragraphs: document.paragraphs }
  const signal = AbortSignal.abort()
  const running = runAgent(agent('grammar-spelling'), context, { rules, signal })
  await expect(running).rejects.toThrow('aborted')
})

test.each([
  'You will need to call us before the visit.',
  'Check whether the plan covers the service.',
  '“Allowed amount” means what the plan covers for a service.',
  'Claims that the plan covers everything are a sign of fraud.',
  'Does the plan guarantee access to care?',
  'The plan may cover the service.',
])('“%s” promises nothing', async (text) => {
  expect(await run('definitive-language', documentOf([text]))).toEqual([])
})

// Shipped rules on a text that is made to be slow; the test's time limit is what catches it.
test('200,000 characters in one sentence are no trouble for the shipped rules', async () => {
  const hostile = 'the plan covers all your needs if what the plan will also pay is not '
  const text = hostile.repeat(Math.ceil(200_000 / hostile.length))
  const document = documentOf([`${text}.`])
  const found = await run('definitive-language', document)
  expect(new Set(found.map(({ text: match }) => match))).toEqual(new Set(['all your']))
}, 10_000)
