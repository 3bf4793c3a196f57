import { expect, test } from 'vitest'
import { loadAgents } from '../src/agent/load-agents.ts'
import { reviewDocument } from '../src/flow/review-document.ts'
import { inSpan, noSpan } from '../src/lib/span.ts'
import type { ModelHost } from '../src/model/model-host.ts'
import { answer } from '../src/model/scripted-reply.ts'
import type { ReviewDocument } from '../src/schema/document.ts'
import { openTrace } from './helpers/open-trace.ts'
import { wireModels } from './helpers/wire-models.ts'

const document: ReviewDocument = {
  sha256: 'f'.repeat(64),
  name: 'test.txt',
  pages: [{ number: 1, width: null, height: null, hasText: true }],
  paragraphs: [0, 1].map((index) => {
    const text = 'The plan guarantees that your claim is paid.'
    return { index, page: 1, text, role: 'body', words: [] }
  }),
  language: 'en',
}

test('each question to a model belongs to the span of its agent and chunk', async () => {
  await using wire = await wireModels(() => answer({ issues: [] }))
  await using trace = await openTrace()
  const ask: ModelHost['ask'] = (question) =>
    inSpan((question.span ?? noSpan).child(`chat ${question.agent}`, {}), () =>
      wire.models.ask(question),
    )
  const names = ['definitive-language', 'definitive-language-llm']
  const agents = await loadAgents('examples/document-review/agents', names, { gap: () => null })
  await inSpan(trace.root.child('invoke_workflow test', {}), (span) =>
    reviewDocument(document, {
      file: 'test.txt',
      agents,
      rules: { grammar: async () => [], [Symbol.asyncDispose]: async () => {} },
      models: { ask },
      paragraphsPerChunk: 1,
      concurrency: 2,
      span,
    }),
  )
  const spans = await trace.spans()
  const chats = spans.filter(({ name }) => name === 'chat definitive-language-llm')
  expect(chats).toHaveLength(wire.requests.length)
  const askers = spans.filter(({ name }) => name === 'invoke_agent definitive-language-llm')
  expect(askers).toHaveLength(2)
  for (const { spanId } of askers) {
    const own = chats.filter(({ parentSpanId }) => parentSpanId === spanId)
    expect(own).toHaveLength(wire.requests.length / 2)
  }
})
