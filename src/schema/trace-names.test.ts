import { expect, test } from 'vitest'
import { evaluationEvent, operations, traceNames } from './trace-names.ts'

/**
 * Copied from the conventions at the schema URL that our traces carry: docs/registry/attributes/gen-ai.md
 * of open-telemetry/semantic-conventions-genai (commit 002c8a6), deprecated names left out, and the
 * attributes of semantic-conventions 1.41.1 that it refers to.
 */
const conventions = [
  'gen_ai.agent.description',
  'gen_ai.agent.id',
  'gen_ai.agent.name',
  'gen_ai.agent.version',
  'gen_ai.conversation.id',
  'gen_ai.evaluation.explanation',
  'gen_ai.evaluation.name',
  'gen_ai.evaluation.score.label',
  'gen_ai.evaluation.score.value',
  'gen_ai.input.messages',
  'gen_ai.operation.name',
  'gen_ai.output.messages',
  'gen_ai.output.type',
  'gen_ai.provider.name',
  'gen_ai.request.choice.count',
  'gen_ai.request.frequency_penalty',
  'gen_ai.request.max_tokens',
  'gen_ai.request.model',
  'gen_ai.request.presence_penalty',
  'gen_ai.request.seed',
  'gen_ai.request.stop_sequences',
  'gen_ai.request.stream',
  'gen_ai.request.temperature',
  'gen_ai.request.top_p',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.id',
  'gen_ai.response.model',
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.system_instructions',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.workflow.name',
  'error.type',
  'server.address',
  'server.port',
]
const conventionalOperations = ['chat', 'invoke_agent', 'invoke_workflow']

test('a name is either in the conventions or our own', () => {
  const others = Object.values(traceNames).filter((name) => !name.startsWith('proofloop.'))
  expect(others.filter((name) => !conventions.includes(name))).toEqual([])
})

test('no two entries of the table are one name', () => {
  const names = Object.values(traceNames)
  expect(new Set(names).size).toBe(names.length)
})

test('operations and the evaluation event are called as in the conventions', () => {
  expect(Object.values(operations).toSorted()).toEqual(conventionalOperations)
  expect(evaluationEvent).toBe('gen_ai.evaluation.result')
})
