import { expect, test } from 'vitest'
import { hasBegun, isOver, slotOf } from './slot.ts'

const asked = (every: number, dueAt: number | null) => ({
  dueAt,
  policy: JSON.stringify({ answerEverySeconds: every }),
})

test('a gate has the time before its answer, but for the last tenth or minute of it', () => {
  expect(slotOf(asked(100, 250_000))).toEqual({ from: 150_000, deadline: 240_000, dueAt: 250_000 })
  expect(slotOf(asked(3600, 4_000_000))).toEqual({
    from: 400_000,
    deadline: 3_940_000,
    dueAt: 4_000_000,
  })
})

test('it begins when its time begins, and its answer is due when that is over', () => {
  const gate = asked(100, 250_000)
  expect([149_999, 150_000].map((now) => hasBegun(gate, now))).toEqual([false, true])
  expect([249_999, 250_000].map((now) => isOver(gate, now))).toEqual([false, true])
})

test('where nobody waits for a time it begins at once and is never over', () => {
  const gate = asked(100, null)
  expect(slotOf(gate)).toBeNull()
  expect([hasBegun(gate, 0), isOver(gate, Number.MAX_SAFE_INTEGER)]).toEqual([true, false])
})
