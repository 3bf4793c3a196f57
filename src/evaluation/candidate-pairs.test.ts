import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPairFinder } from './candidate-pairs.ts'
import type { Comparable } from './comparable-issue.ts'
import { similarity, type Span } from './similarity.ts'

interface Sketch extends Partial<Span> {
  position?: number
  type?: string
  text?: string
}

/** Issues in document order, as they are prepared; one without a start has no place. */
function comparables(sketches: readonly Sketch[]): Comparable[] {
  return sketches.map(({ start, end, position = 0, type = 'G', text = 'quote' }, index) => ({
    index,
    rank: index,
    type,
    id: '',
    place:
      start === undefined || end === undefined ? null : { position, start, end, level: 'offsets' },
    text,
    sentence: text,
    fix: null,
    ignore: false,
  }))
}

function pairsOf(detections: readonly Sketch[], truths: readonly Sketch[], tau = 0.1) {
  return createPairFinder(
    comparables(truths),
    tau,
  )(comparables(detections))
    .map(({ detection, truth }) => `${detection.index}-${truth.index}`)
    .toSorted()
}

test('a detection meets the truths that it overlaps, not those that it only touches', () => {
  const truths = [
    { start: 0, end: 4 },
    { start: 2, end: 6 },
    { start: 5, end: 9 },
    { start: 8, end: 12 },
    { start: 12, end: 16 },
  ]
  expect(pairsOf([{ start: 4, end: 8 }], truths)).toEqual(['0-1', '0-2'])
})

test('a long truth is met behind many short ones that began later', () => {
  const truths = [
    { start: 0, end: 30 },
    { start: 3, end: 5 },
    { start: 6, end: 8 },
  ]
  expect(pairsOf([{ start: 20, end: 30 }], truths)).toEqual(['0-0'])
})

test('an insertion reaches one character to each side, whatever else starts there', () => {
  const truths = [
    { start: 4, end: 9 },
    { start: 4, end: 4 },
  ]
  expect(pairsOf([{ start: 2, end: 4 }], truths)).toEqual(['0-1'])
  expect(pairsOf([{ start: 4, end: 4 }], truths)).toEqual(['0-0', '0-1'])
})

test('the same span in another paragraph is another place', () => {
  const span = { start: 0, end: 4 }
  const truths = [
    { ...span, position: 1 },
    { ...span, position: 2 },
  ]
  const detections = [
    { ...span, position: 2 },
    { ...span, position: 3 },
  ]
  expect(pairsOf(detections, truths)).toEqual(['0-1'])
})

test('a similarity of exactly the least one is enough', () => {
  const [detection, truth] = [
    { start: 0, end: 4 },
    { start: 0, end: 1 },
  ]
  expect(pairsOf([detection], [truth], 0.5)).toEqual(['0-0'])
  expect(pairsOf([detection], [truth], 0.51)).toEqual([])
})

test('what has nothing in common is no pair, even when any similarity will do', () => {
  const detections = [{ start: 0, end: 4, text: 'abc' }, { text: 'abc' }]
  const truths = [{ start: 0, end: 1, text: 'xyz' }, { text: 'xyz' }]
  expect(pairsOf(detections, truths, 0)).toEqual(['0-0'])
})

test('an issue without a place is compared with all by what it says', () => {
  const places = [{ start: 0, end: 4 }, { start: 7, end: 9, position: 5 }, {}]
  expect(pairsOf([{}], places)).toEqual(['0-0', '0-1', '0-2'])
  expect(pairsOf(places, [{}])).toEqual(['0-0', '1-0', '2-0'])
})

test('a pair says how alike its issues are and whether their types agree', () => {
  const span = { start: 0, end: 4 }
  const [truth] = comparables([span])
  for (const type of ['G', 'D']) {
    const [detection] = comparables([{ ...span, type }])
    const findPairs = createPairFinder(comparables([span]), 0.1)
    expect(findPairs(comparables([{ ...span, type }]))).toEqual([
      { detection, truth, similarity: 1, sameType: type === 'G' },
    ])
  }
})

const sketch = fc
  .record({
    start: fc.integer({ min: 1, max: 20 }),
    length: fc.constantFrom(0, 0, 1, 2, 5, 12),
    position: fc.constantFrom(0, 1),
    placed: fc.boolean(),
    text: fc.constantFrom('quote', 'quota', 'other'),
  })
  .map(({ start, length, position, placed, text }): Sketch => {
    return placed ? { start, end: start + length, position, text } : { text }
  })

test('no pair is overlooked and none comes twice', () => {
  const tau = 0.1
  fc.assert(
    fc.property(fc.array(sketch), fc.array(sketch), (detections, truths) => {
      const all = comparables(detections).flatMap((detection) =>
        comparables(truths)
          .filter((truth) => similarity(detection, truth) >= tau)
          .map((truth) => `${detection.index}-${truth.index}`),
      )
      expect(pairsOf(detections, truths, tau)).toEqual(all.toSorted())
    }),
    { numRuns: 300 },
  )
})
