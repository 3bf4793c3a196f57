import { expect, test } from 'vitest'
import { isSameQuestion } from './gate-question.ts'

const asked = { baseline: 'in production', anchor: 'first', testSet: 'test', models: 'models' }

test('a gate was asked the same while production, anchor, test set and models are the same', () => {
  expect(isSameQuestion(asked, { ...asked })).toBe(true)
})

test.each([
  ['another version is in production', { baseline: 'other' }],
  ['nothing is in production', { baseline: null }],
  ['the anchor is another one', { anchor: 'other' }],
  ['there is no anchor any more', { anchor: null }],
  ['the test set was changed', { testSet: 'rotated' }],
  ['its environment has other models', { models: 'other' }],
  ['there is no environment any more', { models: null }],
])('a gate is asked anew where %s', (_, now) => {
  expect(isSameQuestion(asked, { ...asked, ...now })).toBe(false)
})

test('of a gate from before its models were kept, they are not compared', () => {
  expect(isSameQuestion({ ...asked, models: null }, asked)).toBe(true)
  expect(isSameQuestion({ ...asked, models: null }, { ...asked, testSet: 'rotated' })).toBe(false)
})
