import { expect, test } from 'vitest'
import { widen, windowAround } from './paragraph-window.ts'

test('a short text is shown whole', () => {
  expect(windowAround(7, 12)).toEqual({ start: 0, end: 12 })
  expect(windowAround(0, 0)).toEqual({ start: 0, end: 0 })
})

test('of a long one what is around the place, which is always inside', () => {
  expect(windowAround(0, 5000)).toEqual({ start: 0, end: 151 })
  expect(windowAround(2500, 5000)).toEqual({ start: 2350, end: 2651 })
  expect(windowAround(4999, 5000)).toEqual({ start: 4849, end: 5000 })
})

test('it grows to either side, to the ends and no further', () => {
  const middle = windowAround(200, 500)
  expect(widen(middle, 'before', 500)).toEqual({ start: 0, end: 351 })
  expect(widen(middle, 'after', 500)).toEqual({ start: 50, end: 500 })
})
