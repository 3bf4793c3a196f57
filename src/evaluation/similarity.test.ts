import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixSimilarity } from './fix-agreement.ts'
import { holm } from './holm.ts'
import { ochiai, type PlacedQuote, similarity } from './similarity.ts'

const placed = (position: number, start: number, end: number): PlacedQuote => {
  return { place: { position, start, end, level: 'text' }, text: 'same', sentence: 'same' }
}
const quote = (text: string, sentence = 'the same sentence'): PlacedQuote => {
  return { place: null, text, sentence }
}

test('spans that touch or lie apart share nothing', () => {
  expect(ochiai({ start: 0, end: 5 }, { start: 5, end: 9 })).toBe(0)
  expect(ochiai({ start: 0, end: 5 }, { start: 50, end: 90 })).toBe(0)
})

test('spans in different paragraphs share nothing, wherever they stand', () => {
  expect(similarity(placed(0, 3, 9), placed(1, 3, 9))).toBe(0)
  expect(similarity(placed(1, 3, 9), placed(1, 3, 9))).toBe(1)
})

test('quotes without a place are as alike as text times sentence, times 0.9, from one half up', () => {
  expect(similarity(quote('the shop'), quote('the shop'))).toBe(0.9)
  // indel('abcd', 'abce') = 6/8; indel of the sentences = 1.
  expect(similarity(quote('abcd'), quote('abce'))).toBeCloseTo(0.9 * 0.75, 12)
  // 0.75 · 0.75 = 0.5625 is enough, 0.75 · 0.5 is not.
  expect(similarity(quote('abcd', 'abcd'), quote('abce', 'abce'))).toBeCloseTo(0.9 * 0.5625, 12)
  expect(similarity(quote('abcd', 'abcd'), quote('abce', 'abxy'))).toBe(0)
  // indel('ab', 'ac') = 2/4, exactly one half.
  expect(similarity(quote('ab'), quote('ac'))).toBeCloseTo(0.45, 12)
  expect(similarity(quote('abc'), quote('axy'))).toBe(0)
})

test('one text that is three times as long can still reach one half', () => {
  expect(similarity(quote('ab'), quote('abcdef'))).toBeCloseTo(0.45, 12)
  expect(similarity(quote('ab'), quote('abcdefg'))).toBe(0)
})

test('a quote without a place is compared as a quote with one that has a place', () => {
  const there = { ...placed(0, 0, 4), text: 'abcd', sentence: 'abcd' }
  expect(similarity(there, quote('abcd', 'abcd'))).toBe(0.9)
  expect(similarity(quote('abcd', 'abcd'), there)).toBe(0.9)
})

test('two issues are as alike in one direction as in the other, from 0 to 1', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 8 })
  const anywhere = fc
    .tuple(fc.nat(1), fc.nat(9), fc.nat(4), fc.boolean(), words, words)
    .map(([position, start, length, there, text, sentence]): PlacedQuote => {
      return { ...(there ? placed(position, start, start + length) : quote('')), text, sentence }
    })
  fc.assert(
    fc.property(anywhere, anywhere, (a, b) => {
      expect(similarity(a, b)).toBe(similarity(b, a))
      expect(similarity(a, b)).toBeGreaterThanOrEqual(0)
      expect(similarity(a, b)).toBeLessThanOrEqual(1)
    }),
  )
})

test('fixes are as alike as their texts; a missing one is like nothing, an empty one is a text', () => {
  expect(fixSimilarity('abcd', 'abce')).toBe(0.75)
  expect(fixSimilarity('', '')).toBe(1)
  expect(fixSimilarity(null, 'null')).toBe(0)
  expect(fixSimilarity('null', null)).toBe(0)
  expect(fixSimilarity(null, null)).toBe(0)
})

test('Holm’s p of a single test is its own, and none gives none', () => {
  expect(holm([])).toEqual([])
  expect(holm([0.03])).toEqual([0.03])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})
