import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import { loadAgents, type LoadedAgent } from './load-agents.ts'
import { createRuleEngines } from './rule-engines.ts'
import { runAgent } from './run-agent.ts'

const examples = path.resolve(import.meta.dirname, '../../examples/document-review/agents')

function documentOf(texts: string[], language: string | null = 'en'): ReviewDocument {
  const paragraphs = texts.map((text, index): Paragraph => {
    return { index, page: 1, text, role: 'body', words: [] }
  })
  return { sha256: '0'.repeat(64), name: 'letter.txt', pages: [], paragraphs, language }
}

async function loadOne(name: string): Promise<LoadedAgent> {
  const [agent] = await loadAgents(examples, [name])
  if (agent?.status !== 'loaded') throw new Error(`${name} is not loaded`)
  return agent
}

async function temporaryAgents() {
  const directory = await mkdtemp(path.join(tmpdir(), 'proofloop-agents-'))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

test('the shipped agents load, their rules pass their own examples, and hashes are stable', async () => {
  const [first, again] = [await loadAgents(examples), await loadAgents(examples)]
  expect(first.map(({ name, status }) => [name, status])).toEqual([
    ['definitive-language', 'loaded'],
    ['grammar-spelling', 'loaded'],
  ])
  expect(again.map((agent) => 'hash' in agent && agent.hash)).toEqual(
    first.map((agent) => 'hash' in agent && agent.hash),
  )
})

test('an unknown agent is an error that names the ones there are', async () => {
  await expect(loadAgents(examples, ['grammer'])).rejects.toThrow(
    'There is no agent grammer. There are: definitive-language, grammar-spelling.',
  )
})

test('a prompt agent is skipped with a reason, not an error', async () => {
  await using temporary = await temporaryAgents()
  await mkdir(path.join(temporary.directory, 'tone'))
  await writeFile(path.join(temporary.directory, 'tone/agent.prompty'), '---\n---\n')
  expect(await loadAgents(temporary.directory)).toMatchObject([{ name: 'tone', status: 'skipped' }])
})

test('a bad field is named with its file and line', async () => {
  await using temporary = await temporaryAgents()
  const folder = path.join(temporary.directory, 'grammar-spelling')
  await cp(path.join(examples, 'grammar-spelling'), folder, { recursive: true })
  const yaml = 'name: grammar-spelling\ndescription: x\nengine: rules\ntype: X\nminscore: 3\n'
  await writeFile(path.join(folder, 'agent.yaml'), yaml)
  await expect(loadAgents(temporary.directory)).rejects.toThrow('agent.yaml:5: minscore')
  await writeFile(path.join(folder, 'agent.yaml'), 'name: [')
  await expect(loadAgents(temporary.directory)).rejects.toThrow('agent.yaml:1')
})

test('a rule that fails its own example is not loaded', async () => {
  await using temporary = await temporaryAgents()
  const folder = path.join(temporary.directory, 'promises')
  await mkdir(folder)
  await writeFile(
    path.join(folder, 'agent.yaml'),
    'name: promises\ndescription: x\nengine: rules\ntype: X\nphrases: phrases.yaml\n',
  )
  await writeFile(
    path.join(folder, 'phrases.yaml'),
    'rules: [{id: a, match: [always], explanation: x, fix: x, score: 1, examples: {match: [Never.], ignore: [No.]}}]',
  )
  await expect(loadAgents(temporary.directory)).rejects.toThrow('finds nothing in its own example')
})

test('a promise is found, and an instruction or a definition is not', async () => {
  const document = documentOf([
    'You will need to call us. The plan covers hormone therapy.',
    'The term “policy” means the plan that covers the member.',
  ])
  await using rules = createRuleEngines()
  const agent = await loadOne('definitive-language')
  const findings = await runAgent(agent, { document, paragraphs: document.paragraphs }, { rules })
  expect(findings).toMatchObject([
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

test('mistakes are placed in UTF-16, whichever chunk asks, and only in English', async () => {
  const texts = ['A good start.', '😀 You will recieve the card.']
  const document = documentOf(texts)
  await using rules = createRuleEngines()
  const agent = await loadOne('grammar-spelling')
  const [first, second] = await Promise.all(
    document.paragraphs.map((paragraph) =>
      runAgent(agent, { document, paragraphs: [paragraph] }, { rules }),
    ),
  )
  expect(first).toEqual([])
  expect(second).toMatchObject([{ text: 'recieve', suggestedFix: 'receive', start: 12, end: 19 }])
  const other = documentOf(texts, 'de')
  expect(
    await runAgent(agent, { document: other, paragraphs: other.paragraphs }, { rules }),
  ).toEqual([])
})

test('headers are not reviewed and an aborted run stops', async () => {
  const document = documentOf(['The plan covers everything.'])
  const paragraphs = document.paragraphs.map((paragraph): Paragraph => {
    return { ...paragraph, role: 'header' }
  })
  await using rules = createRuleEngines()
  const agent = await loadOne('definitive-language')
  expect(await runAgent(agent, { document, paragraphs }, { rules })).toEqual([])
  const signal = AbortSignal.abort()
  await expect(runAgent(agent, { document, paragraphs }, { rules, signal })).rejects.toThrow(
    'aborted',
  )
})
