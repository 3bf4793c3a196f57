import { cp, mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import type { LlmAgent } from './agent.ts'
import { loadAgents } from './load-agents.ts'

const connected = { gap: () => null }
const prompty = `---
name: promises
description: Promises
model: { id: reviewer, options: { temperature: 1 } }
inputs: { unknown: keys }
metadata:
  type: Promise
  shots: 2
  minScore: 3
  languages: [en, fr]
---
system:
Find each {{ type }}.
{{ guidelines }}
`
const files = {
  'agent.prompty': prompty,
  'guidelines.md': 'Be strict. {{ 7 }}\n',
  'consolidator.prompty': 'Judge. {{ guidelines }}\n',
}

async function agentFolder(own: Record<string, string>) {
  const temp = await tempFolder()
  await mkdir(temp.path('promises'))
  for (const [name, content] of Object.entries(own)) {
    await writeFile(temp.path(`promises/${name}`), content)
  }
  return temp
}

async function loadOne(folder: string): Promise<LlmAgent> {
  const [agent] = await loadAgents(folder, undefined, connected)
  if (agent?.status !== 'loaded' || agent.engine !== 'llm') throw new Error('It is not loaded.')
  return agent
}

test('an agent is its front matter, its prompt, its guidelines and its consolidator', async () => {
  await using temp = await agentFolder(files)
  const agent = await loadOne(temp.folder)
  expect(agent).toMatchObject({
    name: 'promises',
    type: 'Promise',
    shots: 2,
    minScore: 3,
    languages: ['en', 'fr'],
    guidelines: 'Be strict. {{ 7 }}',
    reviewer: { alias: 'reviewer', parameters: { temperature: 1 } },
    consolidator: { alias: 'reviewer', parameters: {} },
  })
  const { guidelines, type } = agent
  expect(agent.reviewer.prompt.render({ guidelines, type })).toEqual([
    { role: 'system', content: 'Find each Promise.\nBe strict. {{ 7 }}' },
  ])
})

test('shots, scores, guidelines, options, consolidator and languages may be left out', async () => {
  const own = '---\nmodel: reviewer\nmetadata: { type: Promise }\n---\nFind promises.\n'
  await using temp = await agentFolder({ 'agent.prompty': own })
  expect(await loadOne(temp.folder)).toMatchObject({
    shots: 3,
    minScore: 0,
    languages: null,
    reviewer: { alias: 'reviewer', parameters: {} },
    consolidator: null,
  })
})

test('a consolidator may ask a model of its own', async () => {
  const judge = '---\nmodel: { id: judge, options: { seed: 1 } }\n---\nJudge.'
  await using temp = await agentFolder({ ...files, 'consolidator.prompty': judge })
  const { consolidator } = await loadOne(temp.folder)
  expect(consolidator).toMatchObject({ alias: 'judge', parameters: { seed: 1 } })
  const asked: string[] = []
  const gap = (alias: string) => (asked.push(alias), alias === 'judge' ? 'set JUDGE_KEY' : null)
  expect(await loadAgents(temp.folder, undefined, { gap })).toEqual([
    { status: 'skipped', name: 'promises', type: 'Promise', reason: 'set JUDGE_KEY' },
  ])
  expect(asked).toEqual(['reviewer', 'judge'])
})

test('without a connection it is skipped with one line, but its files are checked', async () => {
  await using temp = await agentFolder(files)
  expect(await loadAgents(temp.folder)).toEqual([
    {
      status: 'skipped',
      name: 'promises',
      type: 'Promise',
      reason:
        'it asks the model reviewer, and no model is connected; name it in proofloop.config.ts',
    },
  ])
  await using broken = await agentFolder({ ...files, 'agent.prompty': '---\n---\nHi' })
  await expect(loadAgents(broken.folder)).rejects.toMatchObject({ code: 'agent-file-invalid' })
})

test('the hash changes with each file, and with nothing else', async () => {
  await using first = await agentFolder(files)
  await using same = await agentFolder({ ...files, 'notes.md': 'x' })
  const hash = (await loadOne(first.folder)).hash
  expect((await loadOne(same.folder)).hash).toBe(hash)
  for (const name of Object.keys(files)) {
    await using other = await agentFolder(files)
    await writeFile(other.path(`promises/${name}`), `${files[name as keyof typeof files]}!`)
    expect((await loadOne(other.folder)).hash).not.toBe(hash)
  }
})

test('line ends and a byte order mark decide nothing', async () => {
  await using unix = await agentFolder(files)
  const windows = `\u{FEFF}${prompty.replaceAll('\n', '\r\n')}`
  await using other = await agentFolder({ ...files, 'agent.prompty': windows })
  expect((await loadOne(other.folder)).hash).toBe((await loadOne(unix.folder)).hash)
})

test('a file that is not UTF-8 is refused', async () => {
  await using temp = await agentFolder(files)
  await writeFile(temp.path('promises/guidelines.md'), Buffer.from('für', 'latin1'))
  await expect(loadOne(temp.folder)).rejects.toThrow('promises/guidelines.md is not UTF-8.')
})

test.each([
  ['no type', prompty.replace('  type: Promise\n', ''), /agent\.prompty:7: metadata\.type: /],
  ['a misspelt field', prompty.replace('shots', 'shot'), /agent\.prompty:8: metadata\.shot: /],
  ['too many shots', prompty.replace('shots: 2', 'shots: 99'), /agent\.prompty:8: metadata\.shots/],
  ['an unknown option', prompty.replace('temperature', 'heat'), /:4: model\.options\.heat: /],
  ['a file for a model', prompty.replace('id: reviewer', 'id: "${file:x}"'), /:4: model\.id: the/],
  ['another name', prompty.replace('name: promises', 'name: x'), /name: it says x, but the folder/],
  ['no front matter', 'system:\nFind.', /agent\.prompty: it has no front matter: begin it/],
  [
    'front matter without an end',
    '---\nname: promises\n',
    /agent\.prompty: it has no front matter/,
  ],
  ['broken YAML', prompty.replace('metadata:', 'metadata: [['), /agent\.prompty:\d+: /],
  [
    'another language of templates',
    prompty.replace('inputs:', 'template:').replace('keys', 'mustache'),
    /:5: template: only jinja2/,
  ],
  [
    'a misspelt variable',
    prompty.replace('{{ type }}', '{{ typ }}'),
    /agent\.prompty:13: there is no typ;/,
  ],
  ['an include', `${prompty}{% include 'x' %}\n`, /agent\.prompty:15: {% include %}/],
  ['no front matter', 'Find promises.', /agent\.prompty:/],
  ['no prompt', prompty.slice(0, prompty.indexOf('system:')), /the prompt is empty/],
])('%s is named by file, line and field', async (_, text, message) => {
  await using temp = await agentFolder({ ...files, 'agent.prompty': text })
  await expect(loadAgents(temp.folder, undefined, connected)).rejects.toMatchObject({
    name: 'UserFacingError',
    message: expect.stringMatching(message),
  })
})

test('guidelines that a prompt uses must be there', async () => {
  await using temp = await agentFolder({ 'agent.prompty': prompty })
  await expect(loadAgents(temp.folder)).rejects.toThrow(
    /uses {{ guidelines }}, but there is no file/,
  )
})

test('the three files of the reference app load as they are', async () => {
  const agents = await loadAgents('test/fixtures/reference-app-agents', undefined, connected)
  expect(agents).toMatchObject([
    {
      name: 'definitive_language',
      type: 'Definitive Language',
      shots: 5,
      minScore: 0,
      reviewer: { alias: 'reviewer', parameters: { temperature: 1 } },
      guidelines: expect.stringContaining('Legal obligations'),
    },
    {
      name: 'grammar_spelling',
      type: 'Grammar & Spelling',
      shots: 5,
      guidelines: expect.stringContaining('2. agreement of subject and verb\n'),
    },
  ])
  for (const agent of agents) {
    if (agent.status !== 'loaded' || agent.engine !== 'llm') throw new Error('It is not loaded.')
    const { guidelines, type } = agent
    const [message, ...others] = agent.reviewer.prompt.render({ guidelines, type })
    expect(message).toMatchObject({ role: 'system', content: expect.stringContaining(guidelines) })
    expect(others).toEqual([])
    expect(agent.consolidator?.prompt.uses).toEqual(new Set(['guidelines']))
  }
})

test('an edit of any of the reference app’s files changes the hash', async () => {
  const source = 'test/fixtures/reference-app-agents/grammar_spelling'
  const hashes = new Set<string>()
  for (const file of [
    '',
    'agent.jinja2',
    'guidelines.jinja2',
    'consolidator.jinja2',
    'agent.yaml',
  ]) {
    await using temp = await tempFolder()
    await cp(source, temp.path('grammar_spelling'), { recursive: true })
    const edit = file === 'agent.yaml' ? 'shots: 2\n' : 'More.\n'
    if (file !== '') await writeFile(temp.path(`grammar_spelling/${file}`), edit, { flag: 'a' })
    hashes.add((await loadOne(temp.folder)).hash)
  }
  expect(hashes.size).toBe(5)
})
