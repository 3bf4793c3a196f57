import { expect, test } from 'vitest'
import { changesInWords } from './changes-in-words.ts'

type Sizes = Parameters<typeof changesInWords>[0]
type Split = Sizes['splits'][number]['split']

function version(sizes: Partial<Record<Split, [examples: number, issues: number, hash: string]>>) {
  const splits = Object.entries(sizes).map(([split, [examples, issues, hash]]) => {
    return { split: split as Split, examples, issues, hash, types: [] }
  })
  return { splits } satisfies Sizes
}

test('tells what each split has more and less, and nothing of splits that are the same', () => {
  const before = version({ evaluation: [2, 5, 'a'], test: [1, 1, 'b'], audit: [4, 0, 'c'] })
  const after = version({ evaluation: [3, 4, 'd'], audit: [4, 0, 'c'] })
  expect(changesInWords(after, before)).toBe(
    'evaluation: +1 example, −1 issue; test: −1 example, −1 issue',
  )
})

test('tells that labels or texts changed when there are as many', () => {
  const change = changesInWords(version({ test: [2, 5, 'b'] }), version({ test: [2, 5, 'a'] }))
  expect(change).toBe('test: as many, other ones')
})

test('a split that was empty before is told with all that it has', () => {
  expect(changesInWords(version({ audit: [2, 0, 'a'] }), version({}))).toBe('audit: +2 examples')
  expect(changesInWords(version({}), null)).toBe('first version')
})
