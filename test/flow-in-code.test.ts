import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openFlow } from '../src/flow/open-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const rules = `rules:
  - id: promise
    match: [always, guarantees]
    explanation: A promise.
    fix: usually
    score: 5
    examples: { match: ["We always pay."], ignore: ["We pay."] }
`
const flow = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
import { shout } from './shout.ts'

export default defineFlow({
  name: 'strict',
  types: ['Shouting'],
  input: DocumentInput,
  output: FlowOutput,
  async run({ document: id }, ctx) {
    const document = await ctx.document.read(id)
    const { issues, agents } = await ctx.reviewWithAgents(document)
    return { issues: [...issues.filter(({ text }) => text !== 'guarantees'), ...shout(document)], agents }
  },
})
`
const shout = `import { type FlowIssue } from 'proofloop'
type Document = { paragraphs: { index: number; text: string }[] }
export function shout({ paragraphs }: Document): FlowIssue[] {
  return paragraphs.filter(({ text }) => text.includes('NOW')).map(({ index, text }) => ({
    type: 'Shouting', paragraph: index, text: 'NOW', sourceSentence: text,
    explanation: 'Loud.', suggestedFix: 'now', score: 3,
  }))
}
`
const files = {
  'agents/promises/agent.yaml':
    'name: promises\ndescription: Promises\nengine: rules\ntype: Promise\nphrases: phrases.yaml\n',
  'agents/promises/phrases.yaml': rules,
  'flow.ts': flow,
  'shout.ts': shout,
  'letter.txt': 'We always pay.\n\nThe plan guarantees this. Call NOW.\n',
}

const failing = (body: string) =>
  flow.replace(/async run[\s\S]*\n {2}\},\n/u, `async run(_input, _ctx) {${body}},\n`)

test('a flow in code runs the agents and reports its own issues, placed by the host', async () => {
  await using folder = await tempFolder(files)
  await using opened = await openFlow(folder.folder)
  const { issues, agents } = await opened.reviewFile(folder.path('letter.txt'))
  expect(
    issues.map(({ agent, type, text, location }) => [agent, type, text, location.paragraph]),
  ).toEqual([
    ['promises', 'Promise', 'always', 0],
    ['strict', 'Shouting', 'NOW', 1],
  ])
  expect(issues[1]!.location).toMatchObject({ start: 31, end: 34, page: 1 })
  expect(agents).toMatchObject({
    strict: { status: 'done', issues: 1 },
    promises: { status: 'done', issues: 1 },
  })
})

test('code decides the identity of what is measured, and the command line runs it', async () => {
  await using folder = await tempFolder({
    ...files,
    'set.jsonl': `${JSON.stringify({
      id: 'a',
      document: 'letter.txt',
      issues: [{ type: 'Shouting', text: 'NOW', location: { paragraph: 1 } }],
    })}\n`,
  })
  const measure = async () => {
    const argv = [
      'evaluate',
      '--flow',
      '.',
      '--dataset',
      'set.jsonl',
      '--repeats',
      '1',
      '--save',
      'run.json',
    ]
    const { stderr, exitCode } = await runInProcess(argv, folder.folder)
    expect([exitCode, stderr]).toEqual([0, expect.any(String)])
    return JSON.parse(await readFile(folder.path('run.json'), 'utf8'))
  }
  const first = await measure()
  expect(first.hashes.subject).toMatch(/^[0-9a-f]{64}$/u)
  expect(JSON.stringify(first)).toContain('Shouting')
  await writeFile(
    path.join(folder.folder, 'flow.ts'),
    flow.replace("'NOW'", "'NEVER'").replace('guarantees', 'promises'),
  )
  const second = await measure()
  expect(second.hashes.subject).not.toBe(first.hashes.subject)
  const review = await runInProcess(
    ['review', 'letter.txt', '--flow', '.', '--json'],
    folder.folder,
  )
  const { issues } = JSON.parse(review.stdout)
  expect(issues.map(({ type }: { type: string }) => type)).toEqual([
    'Promise',
    'Promise',
    'Shouting',
  ])
})

test('what its code throws, and what is no output, is told of the flow as a part that failed', async () => {
  for (const [body, reason] of [
    [" throw new Error('Broken.') ", /its code failed: Error: Broken\. \[flow-error\]/],
    [' return { issues: [{ type: 7 }] } ', /\[flow-output-invalid\]/],
    [" return _ctx.document.read('other') ", /\[document-unknown\]/],
    [
      " return _ctx.model('reviewer').ask({ messages: [{ role: 'user', content: 'x' }], schema: FlowOutput }) ",
      /\[model-/,
    ],
  ] as const) {
    await using folder = await tempFolder({ ...files, 'flow.ts': failing(body) })
    await using opened = await openFlow(folder.folder)
    const { issues, agents } = await opened.reviewFile(folder.path('letter.txt'))
    expect(issues).toEqual([])
    expect(agents['strict']).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(reason),
    })
  }
})

test('a default export that is no flow, and the name of an agent, are refused with what to write', async () => {
  for (const [text, why] of [
    ['export default 1', 'defineFlow'],
    [flow.replace("'strict'", "'promises'"), 'an agent is called promises'],
    [flow.replace('input: DocumentInput', "input: 'x'"), 'input: a Zod schema'],
    [`throw new Error('At load.')\n${flow}`, 'At load.'],
  ]) {
    await using folder = await tempFolder({ ...files, 'flow.ts': text! })
    const refused = openFlow(folder.folder)
    await expect(refused).rejects.toMatchObject({
      code: 'flow-code-invalid',
      message: expect.stringContaining(why!),
    })
  }
})
