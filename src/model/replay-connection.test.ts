import { expect, test } from 'vitest'
import { z } from 'zod'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { ModelSettings } from '../schema/config.ts'
import { createModelHost } from './create-model-host.ts'
import type { Question } from './model-host.ts'
import { promptHash, toRecordings } from './recordings.ts'

const Found = z.strictObject({ issues: z.array(z.string()) })

const question = (text: string, sample = 'agent 0/0'): Question<z.infer<typeof Found>> => ({
  alias: 'reader',
  agent: 'typos',
  messages: [{ role: 'user', content: text }],
  schema: Found,
  schemaName: 'issues',
  parameters: {},
  origin: '',
  sample,
})

const models = {
  reader: ModelSettings.parse({ provider: 'replay', model: 'gpt', recordings: 'gpt.jsonl' }),
}
const issues = (...names: string[]): string => JSON.stringify({ issues: names })

async function replay(recordings: string) {
  const folder = await tempFolder({ 'gpt.jsonl': recordings })
  return { folder, host: createModelHost({ models, env: {}, directory: folder.folder }) }
}

test('a recorded answer is found by its prompt, each shot its own', async () => {
  const { folder, host } = await replay(
    toRecordings([
      { prompt: promptHash(question('one')), answers: [issues('a')] },
      { prompt: promptHash(question('many')), answers: [issues('b'), issues('c')] },
    ]),
  )
  await using _ = folder
  expect(await host.ask(question('one'))).toEqual({ issues: ['a'] })
  const shots = await Promise.all(
    [0, 1, 2].map((shot) => host.ask(question('many', `agent 0/${shot}`))),
  )
  expect(shots.map((shot) => shot.issues)).toEqual([['b'], ['c'], ['b']])
  // What the answers once took is not known; that is not nothing.
  expect(host.account().total).toMatchObject({ requestsWithoutUsage: 4, cost: null })
})

test('a prompt without a recording is not tried again and says to record', async () => {
  const { folder, host } = await replay('')
  await using _ = folder
  await expect(host.ask(question('new'))).rejects.toMatchObject({
    code: 'not-recorded',
    message: expect.stringContaining('gpt.jsonl holds no answer to what was asked'),
  })
  expect(host.account().total).toMatchObject({ requests: 1, failed: 1 })
})

test('the hash of the recordings decides the answers, and so the flow', async () => {
  const first = await replay('')
  await using _ = first.folder
  const second = await replay(toRecordings([{ prompt: promptHash(question('x')), answers: ['1'] }]))
  await using __ = second.folder
  const hashes = [first, second].map(({ host }) => host.settings('reader').recordings)
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(hashes[0]).not.toBe(hashes[1])
})

test.each([
  ['no JSON', '{'],
  ['no hash', '{"prompt":"abc","answer":"1"}'],
  ['no answer', `{"prompt":"${'0'.repeat(64)}"}`],
])('a line with %s is named', async (_name, line) => {
  const { folder, host } = await replay(`\n${line}\n`)
  await using _ = folder
  expect(host.gap('reader')).toMatch(/gpt\.jsonl, line 2: .+\.$/)
})

test('a missing file is a gap', async () => {
  await using host = createModelHost({ models, env: {}, directory: '/nowhere' })
  expect(host.gap('reader')).toContain('cannot be read')
})

test('replay needs recordings, and nothing else may have them', () => {
  for (const settings of [
    { provider: 'replay', model: 'gpt' },
    { provider: 'openai', model: 'gpt', recordings: 'a.jsonl' },
  ]) {
    const [issue] = ModelSettings.safeParse(settings).error?.issues ?? []
    expect(issue?.path).toEqual(['recordings'])
  }
})
