import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLcs, indelSimilarity, lcsLength } from './indel.ts'

function naiveLcs(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, () => 0)
  for (const letter of a.split('')) {
    const row = [0]
    for (let j = 0; j < b.length; j++)
      row.push(b[j] === letter ? above[j]! + 1 : Math.max(above[j + 1]!, row[j]!))
    above = row
  }
  return above[b.length]!
}

// Few letters make long common subsequences; lengths cross several 32-bit words.
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'ß'), maxLength: 150 })

test('the bit-parallel length equals the one by dynamic programming', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(lcsLength(a, b)).toBe(naiveLcs(a, b))
    }),
    { numRuns: 500 },
  )
})

test('similarity is the same in both directions and lies between 0 and 1', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const similarity = indelSimilarity(a, b)
      expect(similarity).toBe(indelSimilarity(b, a))
      expect(similarity).toBeGreaterThanOrEqual(0)
      expect(similarity).toBeLessThanOrEqual(1)
    }),
  )
})

test.each([31, 32, 33, 64, 65, 320])('a text of %i characters is its own subsequence', (length) => {
  const same = 'ab'.repeat(length).slice(0, length)
  expect(lcsLength(same, same)).toBe(length)
  expect(lcsLength(same, `x${same}y`)).toBe(length)
})

test.each([32, 64])('a letter that first stands behind %i others is found', (length) => {
  const pattern = `${'a'.repeat(length)}b`
  expect(lcsLength(pattern, 'b')).toBe(1)
  expect(lcsLength(pattern, 'ab')).toBe(2)
})

test('a prepared pattern can be compared again and again', () => {
  const lcs = createLcs('kitten')
  expect([lcs('sitting'), lcs(''), lcs('kitten'), lcs('sitting')]).toEqual([4, 0, 6, 4])
})
