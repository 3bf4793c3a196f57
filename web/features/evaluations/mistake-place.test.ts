import { expect, test } from 'vitest'
import { placeOf } from './mistake-place.ts'

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
