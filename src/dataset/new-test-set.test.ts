import { expect, test } from 'vitest'
import { isNewTestSet } from './new-test-set.ts'

const texts = (...names: string[]) =>
  names.map((textGroup) => ({ textGroup, split: 'test' as const }))
const three = texts('a', 'b', 'c')
const open = { textGroup: 'z', split: 'evaluation' as const }

test.each([
  ['one more of four', { before: three, after: texts('a', 'b', 'c', 'd') }, false],
  ['one less', { before: three, after: texts('a', 'b') }, false],
  ['one of three exchanged', { before: three, after: texts('a', 'b', 'd') }, true],
  ['all of them', { before: three, after: texts('d', 'e', 'f') }, true],
  ['the first ones', { before: [], after: three }, true],
  ['the same', { before: three, after: three }, false],
  ['others of evaluation', { before: three, after: [...three, open] }, false],
])('%s: whether it is another test set', (_, { before, after }, isNew) => {
  expect(isNewTestSet(before, after)).toBe(isNew)
})
