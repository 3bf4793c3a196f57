import { afterAll, expect, test } from 'vitest'
import { scriptedModels } from '../../../test/helpers/scripted-models.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { answer } from '../../model/scripted-reply.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import { sealCode } from '../bundle-code.ts'
import { findIsolation } from './isolation.ts'
import { openBehind, openIsolatedFlow, type IsolatedFlowOptions } from './open-isolated-flow.ts'

const rules = `rules:
  - id: promise
    match: [always]
    explanation: A promise.
    fix: usually
    score: 5
    examples: { match: ["We always pay."], ignore: ["We pay."] }
`
const prompt = `---
name: tone
model: { id: reviewer }
metadata: { type: Tone }
---
system:
Find what is blunt in {{ paragraphs }}.
`
const agents = [
  {
    name: 'promises',
    files: [
      {
        name: 'agent.yaml',
        text: 'name: promises\ndescription: x\nengine: rules\ntype: Promise\nphrases: phrases.yaml\n',
      },
      { name: 'phrases.yaml', text: rules },
    ],
  },
  { name: 'tone', files: [{ name: 'agent.prompty', text: prompt }] },
]
const texts = ['We always pay.', 'Pay NOW.', 'Pay NOW.']
const document: ReviewDocument = {
  sha256: 'd'.repeat(64),
  name: 'letter.txt',
  pages: [{ number: 1, width: null, height: null, hasText: true }],
  paragraphs: texts.map((text, index) => {
    const words = [
      { text: 'NOW', start: 4, end: 7, page: 1, quad: [0, 1, 2, 1, 0, 0, 2, 0] as const },
    ]
    return {
      index,
      page: 1,
      text,
      role: 'body',
      words: index === 1 ? words.map((word) => ({ ...word, quad: [...word.quad] })) : [],
    }
  }),
  language: 'en',
}
const found = {
  para_index: 1,
  source_sentence: 'Pay NOW.',
  text: 'NOW',
  explanation: 'Loud.',
  suggested_fix: 'now',
}
const isolation = await findIsolation({ requester: 'local' })
const wire = await scriptedModels(({ messages }) =>
  messages.at(-1)?.content.includes('cannot be used') ||
  !messages.some(({ content }) => content.includes('twice'))
    ? answer({ issues: [found] })
    : answer({ wrong: true }),
)
afterAll(() => wire[Symbol.asyncDispose]())

const services: IsolatedFlowOptions['services'] = {
  models: wire.models,
  rules: {
    grammar: async () => Promise.reject(new UserFacingError('broken', 'It is broken.')),
  },
}

async function open(code?: string, options: Partial<IsolatedFlowOptions> = {}) {
  const bundle = { agents, paragraphsPerChunk: -1, ...(code && { code: sealCode(flowOf(code)) }) }
  return openBehind(isolation, { bundle, hash: 'h', services, ...options })
}

function flowOf(body: string): string {
  return `import { defineFlow, DocumentInput, FlowOutput, z } from 'proofloop'
let seen = 0
export default defineFlow({
  name: 'own', types: ['Own'], input: DocumentInput, output: FlowOutput,
  async run({ document: id }, ctx) {
    const document = await ctx.document.read(id)
    const issue = (text, explanation = 'x') => ({ type: 'Own', paragraph: 2, text, sourceSentence: document.paragraphs[2].text, explanation, suggestedFix: null, score: 1 })
    ${body}
  },
})`
}

test('a bundle of agents runs the main flow there, with models and places of the host', async () => {
  await using flow = await open()
  const { issues, agents: fared, failure, refusals } = await flow.run(document)
  expect([failure, refusals, fared]).toEqual([null, [], { promises: 'done', tone: 'done' }])
  expect(flow.types).toEqual(['Promise', 'Tone'])
  expect(issues.map(({ agent, text, location }) => [agent, text, location.paragraph])).toEqual([
    ['promises', 'always', 0],
    ['tone', 'NOW', 1],
  ])
  expect(issues[1]!.location).toMatchObject({ page: 1, start: 4, end: 7, quads: [] })
  const [question] = wire.questions
  expect(question).toMatchObject({ document: document.sha256, sample: 'agent 0/0', agent: 'tone' })
  expect(question!.span?.content).toBe(false)
  expect(JSON.stringify(wire.requests[0])).toContain('para_index')
})

test('code has the same services, is asked twice for what does not fit, and learns what is refused', async () => {
  await using flow = await open(`
    const { found } = { found: await ctx.model('reviewer').ask({
      messages: [{ role: 'user', content: 'twice' }],
      schema: z.object({ issues: z.array(z.object({ text: z.string() })) }) }) }
    const refused = await ctx.rules.grammar(id).catch(({ code, message }) => code + ': ' + message)
    const other = await ctx.document.read('x').catch(({ code }) => code)
    const unknown = await ctx.model('nobody').ask({ messages: [{ role: 'user', content: 'x' }], schema: z.string() }).catch(({ code }) => code)
    return { issues: [issue(found.issues[0].text, [refused, other, unknown, document.paragraphs[1].words.length].join())] }
  `)
  const { issues, failure, refusals } = await flow.run(document)
  expect(failure).toBeNull()
  const [only] = issues
  expect(only).toMatchObject({ agent: 'own', type: 'Own', text: 'NOW', unresolved: false })
  expect(only!.explanation).toBe('broken: It is broken.,document-unknown,model-alias-unknown,0')
  expect(refusals).toEqual(['broken', 'document-unknown', 'model-alias-unknown'])
})

test('one that ends its process on a document takes no other document along', async () => {
  await using flow = await open(`
    if (document.paragraphs[0].text === 'die') { await new Promise((resolve) => setTimeout(resolve, 100)); process.abort() }
    await new Promise((resolve) => setTimeout(resolve, 300))
    return { issues: [issue('NOW')] }
  `)
  const dying = {
    ...document,
    paragraphs: [{ ...document.paragraphs[0]!, text: 'die' }, ...document.paragraphs.slice(1)],
  }
  const results = await Promise.all([document, dying, document].map((one) => flow.run(one)))
  expect(results.map(({ failure, issues }) => [failure, issues.length])).toEqual([
    [null, 1],
    ['flow-ended', 0],
    [null, 1],
  ])
  expect(await flow.run(document)).toMatchObject({ failure: null })
})

test('documents of one run share a process', async () => {
  await using flow = await open(`seen += 1; return { issues: [issue('NOW', String(seen))] }`)
  const explanations = []
  for (let i = 0; i < 3; i += 1)
    explanations.push((await flow.run(document)).issues[0]!.explanation)
  expect(explanations).toEqual(['1', '2', '3'])
})

test('what an agent found before it failed does not count, and a failure has no text', async () => {
  await using partial = await open(
    `return { issues: [{ ...issue('NOW'), agent: 'tone', type: 'Tone' }, issue('NOW')], agents: { tone: 'partial' } }`,
  )
  expect((await partial.run(document)).issues.map(({ agent }) => agent)).toEqual(['own'])
  await using throwing = await open(`throw new Error(document.paragraphs[0].text)`)
  expect(await throwing.run(document)).toEqual({
    issues: [],
    agents: {},
    failure: 'flow-error',
    refusals: [],
  })
  await using wrong = await open(`return { issues: [{ text: document.paragraphs[0].text }] }`)
  expect((await wrong.run(document)).failure).toBe('flow-output-invalid')
})

test('a flow that cannot be loaded is told before any document', async () => {
  for (const text of [
    'throw new Error("x")',
    'export default 1',
    'while (true);',
    'process.exit()',
  ]) {
    const bundle = { agents, paragraphsPerChunk: -1, code: sealCode(text) }
    const limits = { start: 3000 }
    const opening = openBehind(isolation, { bundle, hash: 'h', services, limits })
    await expect(opening).rejects.toMatchObject({ code: 'flow-not-started' })
  }
})

test('whoever stops a run is not kept waiting by the flow', async () => {
  await using flow = await open(`await new Promise(() => {})`)
  const controller = new AbortController()
  const running = flow.run(document, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('Stopped.')), 50)
  await expect(running).rejects.toThrow('Stopped.')
})

test('on the command line the author has the data, whatever the walls', async () => {
  const bundle = { agents, paragraphsPerChunk: -1 }
  await using flow = await openIsolatedFlow({ bundle, hash: 'h', services, requester: 'local' })
  expect(flow.boundary).toBe('none')
  expect(flow.advice).toContain('Have a server run it')
})

test('a machine whose tools put up no wall, and one without any, are told apart from one that does', async () => {
  const broken = { kind: 'bubblewrap', bwrap: '/bin/true' } as const
  const none = { kind: 'none' } as const
  const fallen = await findIsolation({ requester: 'server', tools: [broken, none] })
  expect(fallen).toMatchObject({ isolation: 'process', tools: 'none' })
  const failing = findIsolation({ requester: 'server', tools: [broken] })
  await expect(failing).rejects.toMatchObject({ code: 'isolation-failed' })
})

test('a bug in a service is told to the host, and to the flow as a code', async () => {
  const told: unknown[] = []
  const bug = new Error('A bug.')
  const models = { ask: () => Promise.reject(bug) }
  await using flow = await open(
    `const code = await ctx.model('reviewer').ask({ messages: [{ role: 'user', content: 'x' }], schema: z.string() }).catch(({ code, message }) => code + ' ' + message)
    return { issues: [issue('NOW', code)] }`,
    { services: { ...services, models }, onUnexpectedError: (error) => told.push(error) },
  )
  const { issues, refusals } = await flow.run(document)
  expect(issues[0]!.explanation).toBe('internal The host could not do it.')
  expect([refusals, told]).toEqual([['internal'], [bug]])
})

test('what is said about one document is bounded altogether, however short each message is', async () => {
  const limits = { bytes: 20_000 }
  const asking = `for (let i = 0; i < 30; i += 1) await ctx.model('nobody').ask({ messages: [{ role: 'user', content: 'x'.repeat(1000) }], schema: z.string() }).catch(() => {})
    return { issues: [] }`
  await using flow = await open(asking, { limits })
  expect((await flow.run(document)).failure).toBe('flow-too-large')
  await using free = await open(asking)
  expect((await free.run(document)).failure).toBeNull()
})

test('answers that a flow does not read end it, and so do more answers than it may have', async () => {
  const long = {
    ...document,
    paragraphs: [{ ...document.paragraphs[0]!, text: 'x'.repeat(100_000) }],
  }
  const asleep = `const pipe = process._getActiveHandles().find((one) => typeof one.write === 'function')
    let all = ''
    for (let i = 1; i <= 400; i += 1) all += JSON.stringify({ kind: 'read', run: 1, id: 1000 + i, document: id }) + '\\n'
    await new Promise((go) => pipe.write(all, go))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`
  await using deaf = await open(asleep.replaceAll('\\\\', '\\'), {
    limits: { unread: 4_000_000, bytes: 2 ** 40 },
  })
  expect((await deaf.run(long)).failure).toBe('flow-too-large')
  const reading =
    'for (let i = 0; i < 30; i += 1) await ctx.document.read(id); return { issues: [] }'
  await using greedy = await open(reading, { limits: { bytes: 1_000_000 } })
  expect((await greedy.run(long)).failure).toBe('flow-too-large')
  await using modest = await open(reading)
  expect((await modest.run(long)).failure).toBeNull()
})
