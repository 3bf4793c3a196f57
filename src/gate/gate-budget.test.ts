import { expect, test } from 'vitest'
import { chargesToTell, gateBudget } from './gate-budget.ts'

const limits = { perAuthor: 10, inTotal: 20 }
const of = (author: string, count: number) => Array.from({ length: count }, () => ({ author }))

test('an author has ten gates on a test set, and everybody together twenty', () => {
  expect(gateBudget([], 'ann', limits)).toEqual({
    own: { used: 0, limit: 10 },
    all: { used: 0, limit: 20 },
    left: 10,
  })
  expect(gateBudget(of('ann', 10), 'ann', limits).left).toBe(0)
  expect(gateBudget(of('ann', 10), 'zoe', limits).left).toBe(10)
  const both = [...of('ann', 10), ...of('zoe', 7)]
  expect(gateBudget(both, 'zoe', limits)).toMatchObject({ own: { used: 7 }, left: 3 })
  expect(gateBudget([...both, ...of('bob', 3)], 'zoe', limits).left).toBe(0)
})

test('a gate counts from its question to its answer; when it is charged is not told', () => {
  const before = [{ author: 'ann', gate: 'a' }]
  const open = [{ author: 'ann', id: 'b' }]
  const told = gateBudget(chargesToTell(before, open), 'ann', limits)
  expect(told).toMatchObject({ own: { used: 2 }, left: 8 })
  const charged = [...before, { author: 'ann', gate: 'b' }]
  expect(gateBudget(chargesToTell(charged, open), 'ann', limits)).toEqual(told)
  expect(gateBudget(chargesToTell(charged, []), 'ann', limits)).toEqual(told)
  expect(gateBudget(chargesToTell(before, []), 'ann', limits).left).toBe(9)
})

test('a limit that was lowered leaves nothing, not less', () => {
  expect(gateBudget(of('ann', 5), 'ann', { perAuthor: 3, inTotal: 4 }).left).toBe(0)
})
