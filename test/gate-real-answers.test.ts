import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bundleFlow, packBundle } from '../src/flow/bundle.ts'
import { answer, type ScriptedReply } from '../src/model/scripted-reply.ts'
import type { ScriptedRequest } from '../src/model/scripted-request.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import type { AuthorGate, GateReport } from '../src/schema/api/gates.ts'
import { GateSettings } from '../src/schema/gate-settings.ts'
import { json } from './helpers/gate-world.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { formWith, testServer } from './helpers/test-server.ts'

const data = new URL('../../shared/data/issue-spans/', import.meta.url)
const present = existsSync(data)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'

const DocumentLine = z.object({
  doc_id: z.string(),
  paragraphs: z.array(z.object({ para_index: z.int(), text: z.string() })),
})
const IssueLine = z.object({
  doc_id: z.string(),
  type: z.string(),
  text: z.string(),
  para_index: z.int().nullish(),
  start_utf16: z.int().nullish(),
  end_utf16: z.int().nullish(),
})

/** Thousands of requests ask for the same files. */
const read = new Map<string, unknown[]>()

function lines<T>(schema: z.ZodType<T>, file: string): T[] {
  const known = read.get(file) ?? parseLines(schema, file)
  read.set(file, known)
  return known as T[]
}

function parseLines<T>(schema: z.ZodType<T>, file: string): T[] {
  const texts = readFileSync(new URL(file, data), 'utf8').split('\n')
  return texts.filter((text) => text.trim() !== '').map((text) => schema.parse(JSON.parse(text)))
}

/** One agent a type, which asks a model that answers as the one named did. */
async function flowFolder(
  system: string,
  { types, baseURL }: { types: string[]; baseURL: string },
) {
  const model = { provider: 'openai-compatible', model: 'recorded', baseURL, apiKeyEnv: 'KEY' }
  const agents = types.map((type) => [
    `flow/agents/${type}/agent.prompty`,
    `---\nname: ${type}\ndescription: As it was recorded\nmodel: { id: reviewer }\nmetadata: { type: ${type}, shots: 1 }\n---\nsystem:\nAnswer as ${system} did for ${type}.\n`,
  ])
  return await tempFolder({
    'flow/proofloop.config.ts': `export default { models: { reviewer: ${JSON.stringify(model)} } }\n`,
    ...Object.fromEntries(agents),
  })
}

/** Texts in which spaces and line ends do not count. */
const bare = (text: string): string => text.replaceAll(/\s+/gu, '')

/** What the named model found of one type in the text that it is given. */
function answerAs({ messages }: ScriptedRequest): ScriptedReply {
  const prompt = messages.map(({ content }) => content).join('\n')
  const [, system = '', type = ''] = /Answer as (\S+) did for (\S+)\./u.exec(prompt) ?? []
  const asked = bare(prompt)
  const document = lines(DocumentLine, 'documents.jsonl').find(({ paragraphs }) =>
    paragraphs.every(({ text }) => asked.includes(bare(text))),
  )
  const issues = lines(IssueLine, `systems/${system}.jsonl`)
    .filter((issue) => issue.doc_id === document?.doc_id && issue.type === type)
    .map(({ text, para_index }) => ({
      para_index: para_index ?? 0,
      source_sentence: document?.paragraphs[para_index ?? 0]?.text ?? '',
      text,
      explanation: 'As it was found.',
      suggested_fix: '',
    }))
  return answer({ issues })
}

function exampleLines(): string {
  const gold = Map.groupBy(lines(IssueLine, 'gold.jsonl'), ({ doc_id }) => doc_id)
  const examples = lines(DocumentLine, 'documents.jsonl').map(({ doc_id, paragraphs }) => ({
    id: doc_id,
    split: 'test',
    paragraphs: paragraphs.map(({ text }) => text),
    issues: (gold.get(doc_id) ?? []).map(({ type, text, para_index, start_utf16, end_utf16 }) => ({
      type,
      text,
      location: { paragraph: para_index, start: start_utf16, end: end_utf16 },
    })),
  }))
  return examples.map((example) => `${JSON.stringify(example)}\n`).join('')
}

/** Production answers as `baseline` did, and its change as `candidate`. */
async function gate(baseline: string, candidate: string) {
  await using models = await startScriptedServer(answerAs)
  const types = [...new Set(lines(IssueLine, 'gold.jsonl').map(({ type }) => type))]
  const options = { types, baseURL: models.baseURL }
  await using production = await flowFolder(baseline, options)
  await using change = await flowFolder(candidate, options)
  const settings = GateSettings.parse({
    repeats: 1,
    answerEverySeconds: 1,
    walls: { isolation: 'process', boundary: 'none' },
    audit: { wanted: false },
    dataset: 'texts',
  })
  const config = { directory: production.path('flow'), environments: [], gate: settings }
  const flow = production.path('flow')
  await using server = await testServer({ work: true, flow, env: { KEY: 'none' }, config })
  await server.store.settings.put('solo-mode', false)
  const cleo = await server.person('cleo', ['custodian'])
  const eve = await server.person('eve', ['engineer'])
  const ada = await server.person('ada', ['approver'])
  const form = formWith(exampleLines(), 'texts.jsonl')
  form.set('splits', 'given')
  await json(cleo.ask('POST', '/api/datasets/texts/versions', form))
  await json(cleo.ask('POST', '/api/flow/references', { role: 'baseline' }))
  const { bytes, sha256 } = packBundle(
    await bundleFlow(change.path('flow'), { paragraphsPerChunk: 32 }),
  )
  const body = new FormData()
  body.set('file', new File([Buffer.from(bytes)], 'candidate'))
  await json(eve.ask('PUT', `/api/bundles/${sha256}`, body))
  const { id } = await json<AuthorGate>(eve.ask('POST', '/api/gates', { bundle: sha256 }))
  const told = () => json<AuthorGate>(eve.ask('GET', `/api/gates/${id}/answer`))
  await server.until(async () => (await told()).state === 'answered')
  const report = await json<GateReport>(ada.ask('GET', `/api/gates/${id}`))
  return { told: await told(), comparison: report.comparison }
}

describe.skipIf(!present)(`a gate on all 84 real texts as its test${skipped}`, () => {
  test('lets Llama be replaced by o3-mini, which is better by 24 points', async () => {
    const { told, comparison } = await gate('zeroshot-llama3-3', 'zeroshot-o3-mini')
    expect(told).toMatchObject({ passed: true, cause: null })
    expect(comparison).toMatchObject({ verdict: 'PASS', improved: true, documents: 84 })
    expect(comparison?.pooled?.delta).toBeCloseTo(0.24, 2)
  })

  test('does not let five shots be replaced by none: a fail', async () => {
    const { told, comparison } = await gate('5shot-llama3-3', 'zeroshot-llama3-3')
    expect(told).toMatchObject({ passed: false, cause: 'quality' })
    expect(comparison).toMatchObject({ verdict: 'FAIL' })
    expect(comparison?.reasons).toContain('POOLED_WORSE')
  })

  test('does not let Gemini be replaced by Claude, which its author is told alike: it cannot be told', async () => {
    const { told, comparison } = await gate(
      'zeroshot-gemini-2-0-flash-thinking',
      'zeroshot-claude-3-7-sonnet',
    )
    expect(told).toMatchObject({ passed: false, cause: 'quality' })
    expect(comparison).toMatchObject({ verdict: 'CANT_TELL' })
  })
})
