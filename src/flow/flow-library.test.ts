import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { ModelSettings } from '../schema/config.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import { sealCode } from './bundle-code.ts'
import { createFlowLibrary } from './flow-library.ts'

const phrases = (word: string) => `rules:
  - id: promise
    match: [${word}]
    explanation: A promise.
    fix: null
    score: 5
    examples: { match: ["We ${word} pay."], ignore: ["We pay."] }
`
const agent = `name: promises
description: Promises
engine: rules
type: Promise
phrases: phrases.yaml
`

async function library() {
  const folder = await tempFolder({
    'flow/agents/promises/agent.yaml': agent,
    'flow/agents/promises/phrases.yaml': phrases('always'),
    'flow/agents/promises/.secret': 'not of the agent',
    'secret.yaml': 'rules: []',
  })
  const kept = new Map<string, FlowVersion>()
  const flows = createFlowLibrary({
    directory: folder.path('flow'),
    versionsFolder: folder.path('versions'),
    engine: '1.0.0',
    env: {},
    kept: {
      put: async (version) => void kept.set(version.hash, { ...version, createdAt: 1 }),
      get: async (hash) => kept.get(hash) ?? null,
    },
  })
  return {
    ...folder,
    flows,
    kept,
    async [Symbol.asyncDispose]() {
      await flows[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const draftOf = (text: string, name = 'phrases.yaml') => ({
  agent: 'promises',
  files: [{ name, text }],
})

test('a version finds what it found when it was new, whatever became of the folder', async () => {
  await using own = await library()
  const before = await own.flows.current()
  await writeFile(own.path('flow/agents/promises/phrases.yaml'), phrases('never'))
  const after = await own.flows.current()
  expect(after.hash).not.toBe(before.hash)
  for (const [version, found] of [
    [before, 'always'],
    [after, 'never'],
  ] as const) {
    await using flow = await own.flows.open(version.hash)
    const { issues } = await flow.reviewText('We always come. We never go.')
    expect(issues.map(({ text }) => text)).toEqual([found])
  }
})

test('a draft is a version of its own and leaves the folder as it is', async () => {
  await using own = await library()
  const { base, draft } = await own.flows.draft(draftOf(phrases('never')))
  expect(await own.flows.current()).toEqual(base)
  expect(await own.flows.get(draft.hash)).toEqual(draft)
  expect(draft.manifest).toMatchObject({ types: { promises: 'Promise' } })
  await writeFile(own.path('flow/agents/promises/phrases.yaml'), phrases('never'))
  expect((await own.flows.current()).hash).toBe(draft.hash)
})

test('what is no agent any more is refused, and nothing of it stays', async () => {
  await using own = await library()
  const codeOf = async (text: string, name?: string): Promise<unknown> =>
    own.flows.draft(draftOf(text, name)).catch((error: { code: string }) => error.code)
  expect(await codeOf('rules: [')).toBe('agent-file-invalid')
  const failing = phrases('always').replace('We always', 'We never')
  expect(await codeOf(failing)).toBe('agent-rule-fails-its-examples')
  const outside = agent.replace('phrases.yaml', '../../../secret.yaml')
  expect(await codeOf(outside, 'agent.yaml')).toBe('agent-file-invalid')
  expect(await codeOf(phrases('always'))).toBe('draft-unchanged')
  expect(own.kept.size).toBe(1)
  expect(await readdir(own.path('versions'))).toEqual([...own.kept.keys()])
})

test('names that lead elsewhere are refused', async () => {
  await using own = await library()
  const names = [
    '../phrases.yaml',
    '/etc/passwd',
    'a/b.yaml',
    'a\\b.yaml',
    '..',
    '.env',
    'x.js',
    '',
  ]
  for (const name of [...names, 'phrases.yaml\0', 'agent.yaml/', '__proto__', 'a\nb.yaml']) {
    const refusal = own.flows.draft(draftOf('x', name))
    await expect(refusal).rejects.toMatchObject({ code: 'draft-file-name' })
  }
  for (const name of ['../flow', 'agents', '__proto__', '.', '']) {
    const refusal = own.flows.draft({ ...draftOf('x'), agent: name })
    await expect(refusal).rejects.toMatchObject({ code: 'unknown-agent' })
  }
  expect(await readFile(own.path('secret.yaml'), 'utf8')).toBe('rules: []')
  await expect(own.flows.get('../flow')).rejects.toMatchObject({ code: 'flow-version-not-found' })
})

test('a folder of an agent that no version can hold is told', async () => {
  await using own = await library()
  const folder = own.path('flow/agents/two words')
  await mkdir(folder)
  await writeFile(path.join(folder, 'agent.yaml'), agent)
  await expect(own.flows.current()).rejects.toMatchObject({ code: 'flow-agent-name' })
})

test('a version that is opened again keeps to the limits that its environment has now', async () => {
  await using own = await library()
  const options = (limits: { concurrency: number }) => ({
    directory: own.path('flow'),
    versionsFolder: own.path('versions'),
    engine: '1.0.0',
    env: {},
    kept: {
      put: async (version: Omit<FlowVersion, 'createdAt'>) =>
        void own.kept.set(version.hash, { ...version, createdAt: 1 }),
      get: async (hash: string) => own.kept.get(hash) ?? null,
    },
    environments: {
      own: 'prod' as const,
      foreign: 'prod' as const,
      models: new Map([
        [
          'prod' as const,
          { reviewer: ModelSettings.parse({ provider: 'openai', model: 'm', limits }) },
        ],
      ]),
    },
  })
  await using generous = createFlowLibrary(options({ concurrency: 99 }))
  const { hash } = await generous.current()
  expect(await generous.environmentOf(hash)).toBe('prod')
  await using strict = createFlowLibrary(options({ concurrency: 1 }))
  await using flow = await strict.open(hash)
  expect(flow.config.models['reviewer']?.limits.concurrency).toBe(1)
})

test('what runs over hidden examples shares queues and rule engines with nothing else', async () => {
  await using own = await library()
  const { hash } = await own.flows.current()
  await using open = await own.flows.open(hash)
  await using alsoOpen = await own.flows.open(hash)
  await using hidden = await own.flows.open(hash, { hidden: true })
  await using alsoHidden = await own.flows.open(hash, { hidden: true })
  expect(alsoOpen.rules).toBe(open.rules)
  expect(alsoHidden.rules).toBe(hidden.rules)
  expect(hidden.rules).not.toBe(open.rules)
})

test('a version with code is opened without it only, and may cost what any model costs', async () => {
  await using own = await library()
  const config = `export default { models: {
    cheap: { provider: 'openai', model: 'a', price: { inputPerMillion: 1, outputPerMillion: 2 } },
    other: { provider: 'openai', model: 'b' },
  } }`
  await writeFile(own.path('flow/proofloop.config.ts'), config)
  const plain = await own.flows.get((await own.flows.current()).hash)
  const bundle = { paragraphsPerChunk: 32, agents: plain.manifest.agents, models: {} }
  const code = sealCode('export default 1')
  const options = { name: 'coded' }
  const coded = await own.flows.adopt({ format: 'proofloop-bundle-2', ...bundle, code }, options)
  await expect(own.flows.use(coded.hash)).rejects.toMatchObject({ code: 'flow-with-code' })
  await expect(own.flows.open(coded.hash)).rejects.toMatchObject({ code: 'flow-with-code' })
  expect(await own.flows.prices(plain.hash)).toEqual({})
  expect(await own.flows.prices(coded.hash)).toEqual({
    cheap: { inputPerMillion: 1, outputPerMillion: 2, currency: 'USD' },
    other: undefined,
  })
})
