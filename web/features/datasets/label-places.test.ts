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

test('a label is where it says, as far as that is in its paragraph', () => {
  const location = { paragraph: 1, start: 5, end: 11 }
  expect(placeOf({ text: 'always', location }, paragraphs)).toEqual(location)
  const over = { paragraph: 1, start: 5, end: 99 }
  expect(placeOf({ text: 'always', location: over }, paragraphs)).toEqual({ ...over, end: 17 })
})

test('a label without offsets is where matching finds it, in its sentence and paragraph', () => {
  const second = { paragraph: 0, start: 24, end: 28 }
  const sourceSentence = 'You will pay, too.'
  expect(placeOf({ text: 'will', location: { sourceSentence } }, paragraphs)).toEqual(second)
  expect(placeOf({ text: 'will', location: { paragraph: 1 } }, paragraphs)?.start).toBe(12)
  expect(placeOf({ text: 'will', location: {} }, paragraphs)?.start).toBe(3)
  expect(placeOf({ text: 'never', location: {} }, paragraphs)).toBe(null)
})

test('a place is told in the text as it stands, not as it is compared', () => {
  const text = [{ index: 4, text: 'They  said: “Always”, \u00ADtwice.' }]
  expect(placeOf({ text: '"always"', location: {} }, text)).toEqual({
    paragraph: 4,
    start: 12,
    end: 20,
  })
})
