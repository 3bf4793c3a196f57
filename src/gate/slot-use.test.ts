import { expect, test } from 'vitest'
import { slotUse } from './slot-use.ts'

const measures = { candidate: ['c'], baseline: ['b'], anchor: null }

function gate(endedAt: number | null, change: object = {}) {
  const policy = JSON.stringify({ answerEverySeconds: 100 })
  return { dueAt: 150_000, policy, endedAt, measures, reasons: [], ...change }
}

test('the gate that took most of its time tells whether that is enough', () => {
  expect(slotUse([gate(60_000), gate(100_000), gate(80_000)])).toEqual({
    longest: { seconds: 50, share: 0.5 },
    isTight: false,
  })
  expect(slotUse([gate(60_000), gate(101_000)])).toEqual({
    longest: { seconds: 51, share: 0.51 },
    isTight: true,
  })
})

test('one that was stopped took all of it, and one that was ended when a server was back no more', () => {
  const stopped = gate(900_000, { measures: null, reasons: ['TIME_LIMIT'] })
  expect(slotUse([stopped])).toEqual({ longest: { seconds: 100, share: 1 }, isTight: true })
})

test('what measured nothing, runs, or has no time of its own says nothing of it', () => {
  const none = [
    gate(149_000, { measures: null, reasons: ['BUDGET'] }),
    gate(null),
    gate(149_000, { dueAt: null }),
  ]
  expect(slotUse(none)).toEqual({ longest: null, isTight: false })
})
