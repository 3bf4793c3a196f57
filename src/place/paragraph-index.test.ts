import { expect, test } from 'vitest'
import { createParagraphIndex } from './paragraph-index.ts'

const index = createParagraphIndex([
  { index: 3, text: '  The “plan” pays' },
  { index: 8, text: 'Members pay' },
])

test('a paragraph is found by its own number, whatever its position', () => {
  expect(index.count).toBe(2)
  expect([3, 8].map((number) => index.position(number))).toEqual([0, 1])
  expect([0, 1].map((position) => index.number(position))).toEqual([3, 8])
  expect([0, null, undefined].map((number) => index.position(number))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('a paragraph has its text as it stands and as it is compared', () => {
  expect(index.raw(0)).toBe('  The “plan” pays')
  expect(index.normalized(0)).toBe('the "plan" pays')
  expect(index.normalized(1)).toBe('members pay')
})

test('offsets of the text as it stands lead to the compared one, each time the same map', () => {
  expect(index.offsets(0)?.(6)).toBe(4)
  expect(index.offsets(0)).toBe(index.offsets(0))
  expect(index.offsets(1)?.(6)).toBe(6)
})
