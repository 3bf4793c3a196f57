import { expect, test } from 'vitest'
import { placeOf, placesOf } from './label-places.ts'

const paragraphs = ['We will always pay. You will pay, too.', 'They always will.'].map(
  (text, index) => ({ index, text }),
)

test('finds every place of some words', () => {
  expect(placesOf('will', paragraphs).map(({ paragraph, start }) => [paragraph, start])).toEqual([
    [0, 3],
    [0, 24],
    [1, 12],
  ])
  expect(placesOf('', paragraphs)).toEqual([])
})

test('a label is where it says', () => {
  const location = { paragraph: 1, start: 5, end: 11 }
  expect(placeOf({ text: 'always', location }, paragraphs)).toEqual(location)
  const outside = { paragraph: 1, start: 5, end: 99 }
  expect(placeOf({ text: 'always', location: outside }, paragraphs)).toBe(null)
})

test('a label without offsets is where its words stand once, in its sentence or paragraph', () => {
  const second = { paragraph: 0, start: 24, end: 28 }
  const sourceSentence = 'You will pay, too.'
  expect(placeOf({ text: 'will', location: { sourceSentence } }, paragraphs)).toEqual(second)
  expect(placeOf({ text: 'will', location: { paragraph: 1 } }, paragraphs)?.start).toBe(12)
  expect(placeOf({ text: 'will', location: {} }, paragraphs)).toBe(null)
  expect(placeOf({ text: 'never', location: {} }, paragraphs)).toBe(null)
})
