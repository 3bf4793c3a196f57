import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import type { RulesAgent } from './agent.ts'
import { loadAgents } from './load-agents.ts'

const agentYaml = `name: promises
description: Promises
engine: rules
type: Promise
phrases: phrases.yaml
`
const phrasesYaml = `groups:
  plan: [plan, policy]
rules:
  - id: covers
    match: [$plan covers]
    explanation: Promises.
    fix: null
    score: 5
    examples:
      match: [The policy covers it.]
      ignore: [The lid covers it.]
`

async function agentFolder(files: Record<string, string>) {
  const temp = await tempFolder()
  await mkdir(temp.path('promises'))
  for (const [name, content] of Object.entries(files)) {
    await writeFile(temp.path(`promises/${name}`), content)
  }
  return temp
}

async function loadOne(folder: string): Promise<RulesAgent> {
  const [agent] = await loadAgents(folder)
  if (agent?.status !== 'loaded' || agent.engine !== 'rules')
    throw new Error('The agent is not loaded.')
  return agent
}

test('an agent is loaded with its groups expanded', async () => {
  await using temp = await agentFolder({ 'agent.yaml': agentYaml, 'phrases.yaml': phrasesYaml })
  const agent = await loadOne(temp.folder)
  expect(agent).toMatchObject({ name: 'promises', type: 'Promise', minScore: 0 })
  expect(agent.phrases?.('The plan covers it. The lid covers it.')).toHaveLength(1)
})

test('the hash changes with the phrases and with nothing else', async () => {
  const files = { 'agent.yaml': agentYaml, 'phrases.yaml': phrasesYaml }
  await using temp = await agentFolder(files)
  await using same = await agentFolder(files)
  await using other = await agentFolder({ ...files, 'phrases.yaml': `${phrasesYaml}# new\n` })
  const [hash, again, changed] = await Promise.all(
    [temp, same, other].map(async ({ folder }) => (await loadOne(folder)).hash),
  )
  expect(again).toBe(hash)
  expect(changed).not.toBe(hash)
})

test('a rule that fails its own examples is not loaded', async () => {
  await using missed = await agentFolder({
    'agent.yaml': agentYaml,
    'phrases.yaml': phrasesYaml.replace('The policy covers it.', 'The card covers it.'),
  })
  await expect(loadAgents(missed.folder)).rejects.toMatchObject({
    code: 'agent-rule-fails-its-examples',
    message: expect.stringContaining('rule covers finds nothing in its own example “The card'),
  })
  await using wrong = await agentFolder({
    'agent.yaml': agentYaml,
    'phrases.yaml': phrasesYaml.replace('The lid covers it.', 'The plan covers it.'),
  })
  await expect(loadAgents(wrong.folder)).rejects.toMatchObject({
    message: expect.stringContaining('finds something in'),
  })
})

test.each([
  ['an unknown field', `${agentYaml}typ: P\n`, phrasesYaml, /agent\.yaml:6: typ/],
  ['broken YAML', `${agentYaml}  - [`, phrasesYaml, /agent\.yaml:\d+: /],
  ['another name', agentYaml.replace('promises', 'others'), phrasesYaml, /the folder is promises/],
  ['a path out', agentYaml.replace('phrases.yaml', '../x.yaml'), phrasesYaml, /phrases: the name/],
  ['no such file', agentYaml.replace('phrases.yaml', 'x.yaml'), phrasesYaml, /x\.yaml cannot be/],
  ['an unknown group', agentYaml, phrasesYaml.replace('[$plan', '[$card'), /no group \$card/],
  [
    'no phrase',
    agentYaml,
    phrasesYaml.replace('$plan covers', '"*"'),
    /phrases\.yaml:5: .*a phrase is/,
  ],
  ['a score of 11', agentYaml, phrasesYaml.replace('score: 5', 'score: 11'), /phrases\.yaml:8: /],
])('%s is named by file and field', async (_, ...[agent, phrases, message]) => {
  await using temp = await agentFolder({ 'agent.yaml': agent, 'phrases.yaml': phrases })
  await expect(loadAgents(temp.folder)).rejects.toMatchObject({
    name: 'UserFacingError',
    message: expect.stringMatching(message),
  })
})

test('folders without an agent.yaml are passed over; a prompt agent is skipped with its reason', async () => {
  await using temp = await agentFolder({ 'agent.yaml': agentYaml, 'phrases.yaml': phrasesYaml })
  await mkdir(temp.path('notes'))
  await mkdir(temp.path('asks'))
  const prompt = '---\nmodel: reviewer\nmetadata: { type: T }\n---\nFind.'
  await writeFile(temp.path('asks/agent.prompty'), prompt)
  const agents = await loadAgents(temp.folder)
  expect(agents.map(({ name, status }) => `${name}: ${status}`)).toEqual([
    'asks: skipped',
    'promises: loaded',
  ])
  expect(await loadAgents(temp.folder, ['promises'])).toHaveLength(1)
})

test('a wrong folder or name says what there is', async () => {
  await using temp = await agentFolder({ 'agent.yaml': agentYaml, 'phrases.yaml': phrasesYaml })
  await expect(loadAgents(temp.path('missing'))).rejects.toMatchObject({ code: 'no-agents' })
  await expect(loadAgents(temp.path('promises'))).rejects.toMatchObject({ code: 'no-agents' })
  await expect(loadAgents(temp.folder, ['nobody'])).rejects.toMatchObject({
    code: 'unknown-agent',
    message: expect.stringContaining('There are: promises.'),
  })
})

test.each([
  ['a group within a word', 'match: ["$plans covers"]', /no group \$plans/],
  ['a group in an alternative', 'match: ["we|$plan covers"]', /no group \$plan/],
  ['a group with a question mark', 'match: ["$plan? covers"]', /no group \$plan\?/],
  ['a gap in front of what is searched for', 'match: ["* covers"]', /must begin with a word/],
])('%s is refused instead of never matching', async (_, match, message) => {
  const phrases = phrasesYaml.replace('match: [$plan covers]', match)
  await using temp = await agentFolder({ 'agent.yaml': agentYaml, 'phrases.yaml': phrases })
  await expect(loadAgents(temp.folder)).rejects.toThrow(message)
})

test('a phrase may hold two groups', async () => {
  const phrases = phrasesYaml
    .replace('plan: [plan, policy]', 'plan: [plan, policy]\n  verb: [covers, pays]')
    .replace('[$plan covers]', '[$plan $verb]')
  await using temp = await agentFolder({ 'agent.yaml': agentYaml, 'phrases.yaml': phrases })
  const agent = await loadOne(temp.folder)
  expect(agent.phrases?.('The plan covers it. The policy pays it.')).toHaveLength(2)
})

test('languages are declared; the grammar checker knows English only', async () => {
  const files = { 'agent.yaml': agentYaml, 'phrases.yaml': phrasesYaml }
  await using all = await agentFolder(files)
  expect((await loadOne(all.folder)).languages).toBeNull()
  const german = `${agentYaml}languages: [de]\n`
  await using some = await agentFolder({ ...files, 'agent.yaml': german })
  expect((await loadOne(some.folder)).languages).toEqual(['de'])
  await using checked = await agentFolder({ ...files, 'agent.yaml': `${agentYaml}grammar: {}\n` })
  expect((await loadOne(checked.folder)).languages).toEqual(['en'])
  await using wrong = await agentFolder({ ...files, 'agent.yaml': `${german}grammar: {}\n` })
  await expect(loadAgents(wrong.folder)).rejects.toThrow(/agent\.yaml:6: languages: .*English only/)
})

test('an agent without any rules is refused', async () => {
  const bare = agentYaml.replace('phrases: phrases.yaml\n', '')
  await using temp = await agentFolder({ 'agent.yaml': bare })
  await expect(loadAgents(temp.folder)).rejects.toThrow('the agent has no rules')
})
