import { expect, test } from 'vitest'
import { byteRange } from './byte-range.ts'

test.each([
  ['bytes=0-9', { start: 0, end: 9 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=99-500', { start: 99, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
])('%s of 100 bytes is a part', (header, expected) => {
  expect(byteRange(header, 100)).toEqual(expected)
})

test.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-4', 'lines=1-2', 'bytes=0-1,5-6'])(
  '%s stands for the whole file',
  (header) => expect(byteRange(header, 100)).toBe('whole'),
)

test.each(['bytes=100-', 'bytes=100-101', 'bytes=-0'])(
  '%s of 100 bytes cannot be had',
  (header) => {
    expect(byteRange(header, 100)).toBe('unsatisfiable')
  },
)
