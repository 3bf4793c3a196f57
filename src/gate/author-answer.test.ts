import { expect, test } from 'vitest'
import type { StoredGate } from '../schema/stored-gate.ts'
import { answerTime, authorAnswer } from './author-answer.ts'

const minute = 60_000
const ended = { startedAt: 1000, isUnqueued: false, solo: false } as const

test('an answer comes so long after the start, whatever the run took until then', () => {
  for (const took of [0, 1, minute, 30 * minute - 1, 30 * minute])
    expect(answerTime({ ...ended, endedAt: 1000 + took }, 30 * minute)).toBe(1000 + 30 * minute)
})

test('an answer of a run that took longer comes at the next multiple', () => {
  const late = { ...ended, endedAt: 1000 + 30 * minute + 1 }
  expect(answerTime(late, 30 * minute)).toBe(1000 + 60 * minute)
})

test('what waited for no other gate is told at once', () => {
  expect(answerTime({ ...ended, isUnqueued: true, endedAt: 1005 }, minute)).toBe(1005)
  expect(answerTime({ ...ended, solo: true, endedAt: 1005 }, minute)).toBe(1005)
})

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
    look: 0,
    key: 'key',
    state: 'done',
    verdict: 'FAIL',
    cause: 'quality',
    reasons: ['POOLED_WORSE'],
    hashes: null,
    measures: null,
    policy: '{}',
    walls: { isolation: 'os', boundary: 'users' },
    solo: false,
    charge: 1,
    startedAt: 1000,
    endedAt: 5000,
    answerAt: 61_000,
    receipt: '{}',
    ...change,
  }
}

test('until the time has come, an ended gate is to its author as one that runs', () => {
  const running = gate({ state: 'running', verdict: null, cause: null, answerAt: null })
  for (const now of [1000, 5000, 60_999]) {
    const told = authorAnswer(gate({ verdict: 'PASS', cause: null }), now, minute)
    expect(told).toEqual({ passed: null, cause: null, at: 61_000 })
    expect(told).toEqual(authorAnswer(running, now, minute))
  }
})

test('FAIL and CAN’T TELL are one answer', () => {
  const fail = authorAnswer(gate({}), 61_000, minute)
  const doubt = gate({ verdict: 'CANT_TELL', reasons: ['TOO_FEW_DOCUMENTS'] })
  expect(fail).toEqual({ passed: false, cause: 'quality', at: 61_000 })
  expect(authorAnswer(doubt, 61_000, minute)).toEqual(fail)
  const pass = gate({ verdict: 'PASS', cause: null })
  expect(authorAnswer(pass, 61_000, minute)).toEqual({ passed: true, cause: null, at: 61_000 })
})
