import { expect, test } from 'vitest'
import { loadAgents } from '../src/agent/load-agents.ts'
import { reviewDocument } from '../src/flow/review-document.ts'
import { inSpan } from '../src/lib/span.ts'
import { createModelHost } from '../src/model/create-model-host.ts'
import type { AnswerCache, StoredAnswer } from '../src/model/model-host.ts'
import { answer, httpError } from '../src/model/scripted-reply.ts'
import { type ScriptedServer, startScriptedServer } from '../src/model/scripted-server.ts'
import { ModelSettings } from '../src/schema/config.ts'
import type { ReviewDocument } from '../src/schema/document.ts'
import { traceNames } from '../src/schema/trace-names.ts'
import { openTrace } from './helpers/open-trace.ts'
import type { SentSpan } from './helpers/trace-file.ts'

const promise = 'The plan guarantees that your claim is paid.'
const document: ReviewDocument = {
  sha256: 'f'.repeat(64),
  name: 'test.txt',
  pages: [{ number: 1, width: null, height: null, hasText: true }],
  paragraphs: [promise, `${promise} Always.`].map((text, index) => {
    return { index, page: 1, text, role: 'body', words: [] }
  }),
  language: 'en',
}
const agents = await loadAgents('examples/document-review/agents', ['definitive-language-llm'], {
  gap: () => null,
})
const [agent] = agents
if (agent?.status !== 'loaded' || agent.engine !== 'llm') throw new Error('no such agent')
const { alias } = agent.reviewer
const { shots } = agent

/** The spans of a review with one agent that asks a model, a paragraph at a time. */
async function traceReview(server: ScriptedServer, cache?: AnswerCache) {
  await using trace = await openTrace()
  const provider = 'openai-compatible'
  const models = {
    [alias]: ModelSettings.parse({ provider, model: 'tiny', baseURL: server.baseURL }),
  }
  await using host = createModelHost({ models, env: {}, directory: '.', random: () => 0, cache })
  await inSpan(trace.root.child('invoke_workflow test', {}), (span) =>
    reviewDocument(document, {
      file: 'test.txt',
      agents,
      rules: { grammar: async () => [], [Symbol.asyncDispose]: async () => {} },
      models: host,
      paragraphsPerChunk: 1,
      concurrency: 1,
      span,
    }),
  )
  const spans = await trace.spans()
  return {
    spans,
    chats: spans.filter(({ name }) => name === 'chat tiny'),
    askers: spans.filter(({ name }) => name === 'invoke_agent definitive-language-llm'),
  }
}

function childrenOf({ spanId }: SentSpan, spans: SentSpan[]): SentSpan[] {
  return spans.filter(({ parentSpanId }) => parentSpanId === spanId)
}

function memory(): AnswerCache {
  const answers = new Map<string, StoredAnswer>()
  return {
    get: (key) => answers.get(key),
    async put(key, value) {
      answers.set(key, value)
    },
    async [Symbol.asyncDispose]() {},
  }
}

test('each request to a model is a span below the agent and chunk that asked', async () => {
  await using server = await startScriptedServer(() => answer({ issues: [] }))
  const { chats, askers } = await traceReview(server)
  expect(server.requests).toHaveLength(2 * shots)
  expect(chats).toHaveLength(2 * shots)
  expect(askers).toHaveLength(2)
  for (const asker of askers) expect(childrenOf(asker, chats)).toHaveLength(shots)
  expect(chats[0]?.attributes).toMatchObject({
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'tiny',
    'proofloop.model.alias': alias,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(server.baseURL).port),
  })
})

test('every further try is a span of its own, with why the one before failed', async () => {
  let isFirst = true
  await using server = await startScriptedServer(() => {
    if (!isFirst) return answer({ issues: [] })
    isFirst = false
    return httpError(503, { message: promise })
  })
  const { chats } = await traceReview(server)
  expect(chats).toHaveLength(server.requests.length)
  const failed = chats.filter(({ status }) => status.code === 2)
  expect(failed.map(({ attributes }) => attributes['error.type'])).toEqual(['model-error'])
  const again = chats.filter(({ attributes }) => attributes['proofloop.request.attempt'] === 2)
  expect(again).toHaveLength(1)
  expect(JSON.stringify(chats)).not.toContain('guarantees')
})

test('an answer that is kept is an event of the agent, and no request', async () => {
  const cache = memory()
  await using server = await startScriptedServer(() => answer({ issues: [] }))
  await traceReview(server, cache)
  const { chats, askers } = await traceReview(server, cache)
  expect(chats).toEqual([])
  const events = askers.flatMap((span) => span.events)
  expect(events).toHaveLength(2 * shots)
  expect(events[0]).toEqual({
    name: 'proofloop.answer.cached',
    attributes: { 'proofloop.model.alias': alias },
  })
})

test('every attribute of a run with models is in the table of names', async () => {
  await using server = await startScriptedServer(() => answer({ issues: [] }))
  const { spans } = await traceReview(server)
  const names = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)))
  const table: string[] = Object.values(traceNames)
  expect([...names].filter((name) => !table.includes(name))).toEqual([])
})
