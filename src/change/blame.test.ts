import { expect, test } from 'vitest'
import { blameOf, causeOfFailure } from './blame.ts'

const failing = (message: string) => causeOfFailure({ code: 'nothing-measured', message })

test.each([
  ['promises: 1 of 1 parts: a.jsonl holds no answer; record again. [not-recorded]', 'not-recorded'],
  ['promises: failed; refused to it: not-recorded, not-recorded', 'not-recorded'],
  [
    'its code failed; what it threw is told on your own machine only [flow-error]',
    'nothing-measured',
  ],
  ['promises: 1 of 1 parts: The answer was cut off. [answer-incomplete]', 'nothing-measured'],
])('where every run failed as in “%s” its author can do something', (message, cause) => {
  expect(failing(message)).toBe(cause)
  expect(blameOf({ name: 'evaluation', cause })).toBe('change')
})

test.each([
  ['promises: 1 of 1 parts: The model does not answer. [model-unreachable]', 'model-unreachable'],
  ['a: 1 of 1 parts: x [not-recorded]; b: 1 of 1 parts: y [rate-limited]', 'rate-limited'],
  ['promises: failed; refused to it: not-recorded, model-error', 'model-error'],
  ['promises: 1 of 1 parts: an error inside Proofloop [internal]', 'internal'],
])('where every run failed as in “%s” the host is at fault', (message, cause) => {
  expect(failing(message)).toBe(cause)
  expect(blameOf({ name: 'evaluation', cause })).toBe('host')
})

test('what failed otherwise is named as it is', () => {
  const message = 'It ran too long [flow-error].'
  expect(causeOfFailure({ code: 'evaluation-too-long', message })).toBe('evaluation-too-long')
})

test('what the walls of the host do not show is no fault of the change', () => {
  expect(blameOf({ name: 'functional', cause: 'checkout-own-files' })).toBe('host')
  expect(blameOf({ name: 'functional', cause: 'bundle-failed' })).toBe('change')
})
