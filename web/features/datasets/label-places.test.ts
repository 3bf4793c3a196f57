import { expect, test } from 'vitest'
import { cutAtMarks, placeOf, placesOf } from './label-places.ts'

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

test('text is cut where marks begin, end and overlap, and where something is missing', () => {
  const marks = [
    { number: 1, start: 0, end: 4 },
    { number: 2, start: 2, end: 6 },
    { number: 3, start: 8, end: 8 },
  ]
  expect(cutAtMarks('abcdefgh', marks)).toEqual([
    { start: 0, text: 'ab', marks: [1] },
    { start: 2, text: 'cd', marks: [1, 2] },
    { start: 4, text: 'ef', marks: [2] },
    { start: 6, text: 'gh', marks: [] },
    { start: 8, text: '', marks: [3] },
  ])
})
