import path from 'node:path'
import { expect, test } from 'vitest'
import { scriptedModels } from '../../test/helpers/scripted-models.ts'
import { loadAgents } from '../agent/load-agents.ts'
import type { RuleEngines } from '../agent/rule-engines.ts'
import { UserFacingError } from '../lib/errors.ts'
import { answer } from '../model/scripted-reply.ts'
import type { ReviewDocument } from '../schema/document.ts'
import { ProofloopConfig } from '../schema/proofloop-config.ts'
import { documentsAtOnce, evaluateFlow } from './evaluate-flow.ts'
import { agentsThatRun } from './flow-identity.ts'

const agentsFolder = path.resolve(import.meta.dirname, '../../examples/document-review/agents')

function memo(id: string): [string, ReviewDocument] {
  const text = 'The plan will always cover you.'
  const page = { number: 1, width: null, height: null, hasText: true }
  const paragraphs = [{ index: 0, page: 1, text, role: 'body' as const, words: [] }]
  return [id, { sha256: id, name: id, pages: [page], paragraphs, language: 'en' }]
}

/** Engines whose grammar checker fails on the documents that are named. */
function engines(...failing: string[]): RuleEngines {
  return {
    grammar: async ({ name }) => {
      if (failing.includes(name)) throw new UserFacingError('grammar-crashed', 'It crashed.')
      return []
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function options(rules: RuleEngines) {
  return {
    agents: await loadAgents(agentsFolder),
    rules,
    repeats: 2,
    concurrency: 2,
    paragraphsPerChunk: 32,
    signal: new AbortController().signal,
  }
}

test('each repeat holds every document, also one without a finding', async () => {
  const documents = new Map([memo('one'), memo('two')])
  const seen: string[] = []
  const onDocument = (id: string) => seen.push(id)
  const repeats = await evaluateFlow(documents, { ...(await options(engines())), onDocument })
  expect(repeats.map((repeat) => [...repeat.keys()])).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ])
  expect(seen.toSorted()).toEqual(['one', 'one', 'two', 'two'])
})

test('an agent that fails has found nothing on that document; the others keep their issues', async () => {
  const documents = new Map([memo('one'), memo('two')])
  const [repeat] = await evaluateFlow(documents, await options(engines('two')))
  expect(repeat?.get('one')?.error).toBeNull()
  expect(repeat?.get('two')?.error).toContain('grammar-spelling: ')
  const types = repeat?.get('two')?.issues.map(({ type }) => type)
  expect(types).toEqual(['Definitive Language'])
})

test('half a run is no run: an interruption ends it', async () => {
  const documents = new Map([memo('one')])
  const signal = AbortSignal.abort()
  await expect(evaluateFlow(documents, { ...(await options(engines())), signal })).rejects.toThrow(
    'aborted',
  )
})

test('each repeat asks a model anew: its questions are told apart by the repeat', async () => {
  await using wire = await scriptedModels(() => answer({ issues: [] }))
  const only = ['definitive-language-llm']
  await evaluateFlow(new Map([memo('a')]), {
    ...(await options(engines())),
    agents: await loadAgents(agentsFolder, only, { gap: () => null }),
    models: wire.models,
  })
  expect(wire.questions.map(({ sample }) => sample).toSorted()).toEqual([
    'agent 0/0',
    'agent 0/1',
    'agent 0/2',
    'agent 1/0',
    'agent 1/1',
    'agent 1/2',
  ])
})

test('as many documents are under way as the models take that agents, or code, may ask', async () => {
  const connection = { provider: 'openai', model: 'm', limits: { concurrency: 40 } }
  const config = ProofloopConfig.parse({ models: { wide: connection } })
  const agents = agentsThatRun(await loadAgents(agentsFolder))
  expect(documentsAtOnce(agents, { config, asksAll: false })).toBe(8)
  expect(documentsAtOnce(agents, { config, asksAll: true })).toBe(48)
})
