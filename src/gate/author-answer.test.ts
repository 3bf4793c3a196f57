import { expect, test } from 'vitest'
import type { StoredGate } from '../schema/stored-gate.ts'
import { authorAnswer } from './author-answer.ts'

function gate(change: Partial<StoredGate>): StoredGate {
  return {
    id: 'gate',
    author: 'ann',
    flow: 'review',
    candidate: 'c',
    baseline: 'b',
    anchor: null,
    dataset: 'letters',
    testSet: 'test',
    models: null,
    look: 0,
    key: 'key',
    state: 'done',
    verdict: 'FAIL',
    cause: 'quality',
    reasons: ['POOLED_WORSE'],
    hashes: null,
    measures: null,
    asked: null,
    policy: '{}',
    walls: { isolation: 'os', boundary: 'users' },
    solo: false,
    charge: 1,
    requester: null,
    startedAt: 1000,
    endedAt: 5000,
    dueAt: 61_000,
    answerAt: 61_000,
    candidateAt: 3000,
    receipt: '{}',
    ...change,
  }
}

test('until the time has come, an ended gate is to its author as one that runs', () => {
  const running = gate({ state: 'running', verdict: null, cause: null, answerAt: null })
  for (const now of [1000, 5000, 60_999]) {
    const told = authorAnswer(gate({ verdict: 'PASS', cause: null }), now)
    expect(told).toEqual({ passed: null, cause: null, at: 61_000 })
    expect(told).toEqual(authorAnswer(running, now))
  }
})

test('FAIL and CAN’T TELL are one answer', () => {
  const fail = authorAnswer(gate({}), 61_000)
  const doubt = gate({ verdict: 'CANT_TELL', reasons: ['TOO_FEW_DOCUMENTS'] })
  expect(fail).toEqual({ passed: false, cause: 'quality', at: 61_000 })
  expect(authorAnswer(doubt, 61_000)).toEqual(fail)
  const pass = gate({ verdict: 'PASS', cause: null })
  expect(authorAnswer(pass, 61_000)).toEqual({ passed: true, cause: null, at: 61_000 })
})

test('where one person is all there is, nobody waits for a time', () => {
  const solo = gate({ solo: true, dueAt: null, answerAt: 5000 })
  expect(authorAnswer(solo, 5000)).toEqual({ passed: false, cause: 'quality', at: 5000 })
  const running = gate({ solo: true, dueAt: null, answerAt: null })
  expect(authorAnswer(running, 4000)).toEqual({ passed: null, cause: null, at: 4000 })
})
