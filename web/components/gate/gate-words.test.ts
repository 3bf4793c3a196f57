import { expect, test } from 'vitest'
import {
  causeBesideVerdict,
  causeInWords,
  reasonInWords,
  secondsInWords,
  verdictInWords,
} from './gate-words.ts'

test('times are told in the unit that people think in', () => {
  expect([1, 5, 119, 120, 1800, 150].map(secondsInWords)).toEqual([
    '1 second',
    '5 seconds',
    '119 seconds',
    '2 minutes',
    '30 minutes',
    '2.5 minutes',
  ])
})

test('a cause that is not told is quality, and a verdict that is not there runs', () => {
  expect(
    [null, 'quality', 'host-fault', 'budget', 'functional-tests'].map((one) =>
      causeInWords(one as null),
    ),
  ).toEqual(['quality', 'quality', 'host fault', 'budget', 'functional tests'])
  expect([null, 'PASS', 'CANT_TELL', 'FAIL'].map((one) => verdictInWords(one as null))).toEqual([
    'runs',
    'PASS',
    'CAN’T TELL',
    'FAIL',
  ])
})

test('beside a verdict stands in words what was in its way, and nothing of quality', () => {
  const causes = [null, 'quality', 'host-fault', 'functional-tests', 'budget'] as const
  const beside = ['', '', ', host fault', ', functional tests', ', budget']
  expect(causes.map(causeBesideVerdict)).toEqual(beside)
})

test('why there is no comparison is a sentence with its code, where one is known', () => {
  const codes = ['TIME_LIMIT', 'BUDGET', 'SMOKE_CHECK', 'FUNCTIONAL_CHECKS']
  for (const code of codes)
    expect(reasonInWords(code)).toMatch(new RegExp(`^[A-Z].+ \\[${code}\\]\\.$`, 'u'))
  expect(reasonInWords('HOST:internal')).toBe('HOST:internal')
})
