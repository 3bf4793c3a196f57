import { expect, test } from 'vitest'
import type { EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import { agentCounts, pool } from './agent-counts.ts'

function runOf(documents: RepeatCounts['agents'][][]): EvaluationRun {
  return {
    format: 'proofloop-evaluation-run-1',
    dataset: 'memos',
    subject: { kind: 'outputs', files: [] },
    hashes: { dataset: 'd', evaluation: 'e', policy: 'p', subject: 's' },
    documents: documents.map((repeats, index) => ({
      id: `memo-${index}`,
      repeats: repeats.map((agents) => ({
        failed: false,
        agents,
        strict: {},
        detection: [0, 0, 0],
        confusion: [],
        fixes: { agreed: 0, judged: 0 },
        duplicates: 0,
        unresolved: 0,
      })),
    })),
  }
}

/** Types are names that people chose. */
const otherRun: RepeatCounts['agents'] = Object.fromEntries([
  ['Grammar', [0, 1, 0]],
  ['constructor', [1, 0, 0]],
])

const run = runOf([
  [{ Tone: [2, 0, 1] }, { Tone: [1, 1, 2] }],
  [{ Grammar: [0, 3, 0] }, otherRun],
])

test('an agent has a row for each document: the mean over its repeats', () => {
  expect(agentCounts(run)).toEqual({
    Grammar: [
      [0, 0, 0],
      [0, 2, 0],
    ],
    Tone: [
      [1.5, 0.5, 1.5],
      [0, 0, 0],
    ],
    constructor: [
      [0, 0, 0],
      [0.5, 0, 0],
    ],
  })
  expect(Object.keys(agentCounts(run))).toEqual(['Grammar', 'Tone', 'constructor'])
})

test('one repeat can be looked at alone', () => {
  expect(agentCounts(run, 0)['Tone']).toEqual([
    [2, 0, 1],
    [0, 0, 0],
  ])
  expect(agentCounts(run, 1)['Tone']).toEqual([
    [1, 1, 2],
    [0, 0, 0],
  ])
})

test('all agents together are summed by document', () => {
  expect(pool(agentCounts(run), 2)).toEqual([
    [1.5, 0.5, 1.5],
    [0.5, 2, 0],
  ])
  expect(pool({}, 2)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
})
