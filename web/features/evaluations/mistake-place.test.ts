import { expect, test } from 'vitest'
import { placeOf, rangesInWhole } from './mistake-place.ts'

const paragraphs = [
  { index: 3, page: 1, text: 'One.' },
  { index: 5, page: 2, text: 'Two.' },
]

test('a mistake stands in the paragraph with its number and its text', () => {
  expect(placeOf({ paragraph: { index: 5, text: 'Two.' } }, { paragraphs })).toBe(1)
  expect(placeOf({ paragraph: { index: 5, text: 'Three.' } }, { paragraphs })).toBe('changed')
  expect(placeOf({ paragraph: { index: 4, text: 'One.' } }, { paragraphs })).toBe('changed')
  expect(placeOf({ paragraph: null }, { paragraphs })).toBeNull()
})

test('a part of a paragraph has its place while all around it is as long as it was', () => {
  const whole = { index: 3, page: 1, text: 'We always pay what is due.' }
  const part = (text: string, before: number, after: number) => {
    return { paragraph: { index: 3, text, leftOut: { before, after } } }
  }
  expect(placeOf(part('always pay', 3, 13), { paragraphs: [whole] })).toBe(0)
  expect(placeOf(part('always pay', 4, 12), { paragraphs: [whole] })).toBe('changed')
  expect(placeOf(part('always pay', 3, 14), { paragraphs: [whole] })).toBe('changed')
  const ranges = { detectedRange: { start: 0, end: 6 }, truthRange: null }
  expect(rangesInWhole({ ...part('always pay', 3, 13), ...ranges })).toEqual({
    detected: { start: 3, end: 9 },
    truth: null,
  })
})
