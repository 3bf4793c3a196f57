import { expect, test } from 'vitest'
import { createMinuteWindow } from './minute-window.ts'

test('lets through what a minute may hold, and the next when the first is a minute old', () => {
  const window = createMinuteWindow(2)
  window.add(1, 0)
  window.add(1, 10_000)
  expect(window.waitMs(1, 20_000)).toBe(40_000)
  expect(window.waitMs(1, 60_000)).toBe(0)
  window.add(1, 60_000)
  expect(window.waitMs(1, 60_000)).toBe(10_000)
})

test('waits for as many old entries as make room', () => {
  const window = createMinuteWindow(100)
  window.add(40, 0)
  window.add(40, 1000)
  expect(window.waitMs(20, 2000)).toBe(0)
  expect(window.waitMs(60, 2000)).toBe(58_000)
  expect(window.waitMs(100, 2000)).toBe(59_000)
})

test('lets more than the limit through once the minute is empty', () => {
  const window = createMinuteWindow(100)
  window.add(1, 0)
  expect(window.waitMs(500, 0)).toBe(60_000)
  expect(window.waitMs(500, 60_000)).toBe(0)
})

test('corrects an estimate, but not one that has left the minute', () => {
  const window = createMinuteWindow(100)
  const first = window.add(90, 0)
  window.correct(first, 10)
  expect(window.waitMs(90, 0)).toBe(0)
  expect(window.waitMs(91, 0)).toBe(60_000)
  expect(window.waitMs(100, 60_000)).toBe(0)
  window.correct(first, 80)
  expect(window.waitMs(100, 60_000)).toBe(0)
})

test('takes a limit below one as one in a longer time', () => {
  const window = createMinuteWindow(0.5)
  window.add(1, 0)
  expect(window.waitMs(1, 60_000)).toBe(60_000)
  expect(window.waitMs(1, 120_000)).toBe(0)
})

test('never holds more than the limit in any minute, over thousands of entries', () => {
  const window = createMinuteWindow(1500)
  const times: number[] = []
  let now = 0
  for (let index = 0; index < 6000; index += 1) {
    now += window.waitMs(1, now)
    window.add(1, now)
    times.push(now)
    now += 3
  }
  const tooMany = times.filter((at, index) => (times[index + 1500] ?? Infinity) - at < 60_000)
  expect(tooMany).toEqual([])
  expect(now).toBeLessThan(4 * 60_000)
})
