import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonPairs } from './common-pairs.ts'

const letters = (text: string): string[] => Array.from(text)
const common = (before: string, after: string): string =>
  commonPairs(letters(before), letters(after))
    .map(([at]) => before[at])
    .join('')

test('what two lists have in common is as long as it can be', () => {
  expect(common('ABCABBA', 'CBABAC')).toHaveLength(4)
  expect(common('the old word', 'the new word')).toBe('the  word')
  expect(common('', 'abc')).toBe('')
  expect(common('abc', '')).toBe('')
  expect(common('same', 'same')).toBe('same')
})

test('pairs hold the same, go up on both sides, and are as many as by the slow way', () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  fc.assert(
    fc.property(list, list, (before, after) => {
      const pairs = commonPairs(before, after)
      expect(pairs.map(([at]) => before[at])).toEqual(pairs.map(([, at]) => after[at]))
      for (const side of [0, 1] as const) {
        const places = pairs.map((pair) => pair[side])
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
      }
      expect(pairs).toHaveLength(longestCommon(before, after))
    }),
  )
})

test('where too much differs, the common ends still count', () => {
  const [before, after] = [letters('start-abcdefgh-end'), letters('start-stuvwxyz-end')]
  expect(commonPairs(before, after, 3)).toHaveLength('start-'.length + '-end'.length)
})

function longestCommon(before: readonly string[], after: readonly string[]): number {
  let row = after.map(() => 0)
  for (const one of before) {
    const next: number[] = []
    after.forEach((other, at) => {
      const diagonal = row[at - 1] ?? 0
      next.push(one === other ? diagonal + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0))
    })
    row = next
  }
  return row.at(-1) ?? 0
}
