import { expect, test } from 'vitest'
import { loadAgents } from '../agent/load-agents.ts'
import { runLlmAgent } from '../agent/run-llm-agent.ts'
import { promptHash, shotOf } from '../model/recordings.ts'
import type { ModelHost } from '../model/model-host.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { LabelledIssue } from '../schema/example.ts'
import { recordAnswers } from './record-answers.ts'

const texts = [
  'The plan pays. The plan pays, and pays again; the plan pays.',
  'Nothing 😀 is free.',
  'You always win.',
]
const type = 'Definitive Language'

function document(id: string, own = texts): [string, ReviewDocument] {
  const page = { number: 1, width: null, height: null, hasText: true }
  const paragraphs = own.map((text, index) => {
    return { index, page: 1, text, role: 'body' as const, words: [] }
  })
  return [id, { sha256: id, name: id, pages: [page], paragraphs, language: 'en' }]
}

function at(paragraph: number, start: number, end: number): LabelledIssue {
  const text = texts[paragraph]?.slice(start, end) ?? ''
  return { type, text, location: { paragraph, start, end } }
}

async function shippedAgent(part: { shots?: number; minScore?: number } = {}) {
  const names = ['definitive-language-llm']
  const folder = 'examples/document-review/agents'
  const [agent] = await loadAgents(folder, names, { gap: () => null })
  if (agent?.status !== 'loaded' || agent.engine !== 'llm') throw new Error('It is not loaded.')
  return { ...agent, ...part }
}

type Run = Record<string, LabelledIssue[]>

async function record(
  runs: Run[],
  {
    documents = [document('a')],
    agent,
    paragraphsPerChunk = 32,
  }: {
    documents?: [string, ReviewDocument][]
    agent?: Awaited<ReturnType<typeof shippedAgent>>
    paragraphsPerChunk?: number
  } = {},
) {
  return recordAnswers({
    agents: [agent ?? (await shippedAgent())],
    documents: new Map(documents),
    runs: runs.map(
      (run) => new Map(Object.entries(run).map(([id, issues]) => [id, { issues, error: null }])),
    ),
    paragraphsPerChunk,
    signal: new AbortController().signal,
  })
}

/** What the agent finds when the recordings answer it, as a replay does. */
async function replay(
  { recordings }: Awaited<ReturnType<typeof record>>,
  agent: Awaited<ReturnType<typeof shippedAgent>>,
) {
  const answers = new Map(recordings.map((recording) => [recording.prompt, recording.answers]))
  const ask: ModelHost['ask'] = async (question) => {
    const own = answers.get(promptHash(question)) ?? []
    return question.schema.parse(JSON.parse(own[shotOf(question.sample) % own.length] ?? ''))
  }
  const [, { paragraphs }] = document('a')
  const { findings } = await runLlmAgent(agent, paragraphs, { models: { ask }, repeat: 1 })
  return findings
}

test('a text that stands several times in its sentence comes back at its place', async () => {
  const issues = [at(0, 4, 13), at(0, 19, 28), at(0, 50, 59), at(1, 8, 10), at(2, 4, 10)]
  const recorded = await record([{ a: issues }])
  expect(recorded).toMatchObject({ issues: 5, found: 5, failed: [] })
  const findings = await replay(recorded, await shippedAgent())
  expect(findings.map(({ paragraph, start, end }) => [paragraph, start, end])).toEqual(
    issues.map(({ location: { paragraph, start, end } }) => [paragraph, start, end]),
  )
})

test('quote, explanation, fix and score come back; a score is neutral where none is recorded', async () => {
  const quoted: LabelledIssue = {
    type,
    text: 'FREE',
    explanation: 'Why not.',
    suggestedFix: 'cheap',
    score: 8.6,
    location: { sourceSentence: 'Nothing 😀 is  free.' },
  }
  const lost: LabelledIssue = { type, text: 'forever', location: {} }
  const recorded = await record([{ a: [quoted, lost] }])
  const findings = await replay(recorded, await shippedAgent())
  expect(findings).toMatchObject([
    { text: 'free', start: 14, explanation: 'Why not.', suggestedFix: 'cheap', score: 9 },
    { text: 'forever', paragraph: null, explanation: '', suggestedFix: null, score: 5 },
  ])
})

test('a neutral score is never below what the agent keeps; a recorded one may be', async () => {
  const strict = await shippedAgent({ minScore: 7 })
  const issues = [at(2, 4, 10), { ...at(1, 14, 18), score: 6 }]
  const recorded = await record([{ a: issues }], { agent: strict })
  expect(recorded).toMatchObject({ issues: 2, found: 1 })
  expect(await replay(recorded, strict)).toMatchObject([{ text: 'always', score: 7 }])
})

test('each run answers a shot; equal answers are kept once', async () => {
  const agent = { ...(await shippedAgent({ shots: 3 })), consolidator: null, minScore: 0 }
  const recorded = await record([{ a: [at(2, 4, 10)] }, { a: [] }], { agent })
  expect(recorded.recordings.map(({ answers }) => answers.length)).toEqual([3])
  const findings = await replay(recorded, agent)
  expect(findings.map(({ text, score }) => [text, score])).toEqual([['always', 7]])
  const once = await record([{ a: [at(2, 4, 10)] }], { agent })
  expect(once.recordings.map(({ answers }) => answers.length)).toEqual([1])
})

test('an issue is answered in the part that shows it', async () => {
  const { recordings, found } = await record([{ a: [at(2, 4, 10)] }], { paragraphsPerChunk: 1 })
  const holding = recordings.map(({ answers }) => answers[0]?.includes('always'))
  expect([found, holding]).toEqual([1, [false, false, true, false]])
})

test('an issue of another type is not answered', async () => {
  const other = { ...at(2, 4, 10), type: 'Grammar & Spelling' }
  const recorded = await record([{ a: [other] }])
  expect(recorded.issues).toBe(0)
  expect(await replay(recorded, await shippedAgent())).toEqual([])
})

test('two documents with one text and different issues are refused, with equal ones they are not', async () => {
  const documents = [document('a'), document('b')]
  const same = { a: [at(2, 4, 10)], b: [at(2, 4, 10)] }
  expect((await record([same], { documents })).recordings).toHaveLength(2)
  await expect(record([{ ...same, b: [] }], { documents })).rejects.toMatchObject({
    code: 'recordings-ambiguous',
    message: expect.stringContaining('a and b'),
  })
})

test('a document on which the run failed has no answer, rather than one without issues', async () => {
  const recorded = await recordAnswers({
    agents: [await shippedAgent()],
    documents: new Map([document('a')]),
    runs: [new Map([['a', { issues: [], error: 'timeout' }]])],
    paragraphsPerChunk: 32,
    signal: new AbortController().signal,
  })
  expect(recorded).toEqual({ recordings: [], issues: 0, found: 0, failed: ['a'] })
})
