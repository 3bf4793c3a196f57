import { expect, test } from 'vitest'
import { createTimeLimit } from './time-limit.ts'

test('only processor time counts, from the first look on', () => {
  const limit = createTimeLimit(1_000, 'the file', () => 0)
  limit.check(5_000)
  limit.check(6_000)
  expect(() => limit.check(6_001)).toThrow('Reading the file takes more than 1 s.')
})

test('a child that waits four times as long is given up, too', () => {
  let now = 0
  const limit = createTimeLimit(1_000, 'the file', () => now)
  now = 4_000
  limit.check(0)
  now = 4_001
  expect(() => limit.check(0)).toThrow('takes more than 1 s')
})

test('each page has its own limit', () => {
  const limit = createTimeLimit(1_000, 'the file', () => 0)
  limit.check(0)
  limit.restart(2_000, 'a page by OCR')
  limit.check(1_500)
  limit.check(3_500)
  expect(() => limit.check(3_501)).toThrow('Reading a page by OCR takes more than 2 s.')
})
