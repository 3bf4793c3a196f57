import { expect, test } from 'vitest'
import type { ChangeCheckView } from '../../../src/schema/change-views.ts'
import {
  eventInWords,
  eventText,
  outcomeInWords,
  retryOf,
  stageInWords,
  summaryInWords,
  tookInWords,
} from './change-words.ts'

const check: ChangeCheckView = {
  name: 'functional',
  state: 'done',
  outcome: 'fail',
  cause: 'functional-tests',
  summary: null,
  log: null,
  subject: null,
  attempt: 1,
  startedAt: 1_000,
  endedAt: 43_400,
}

test('how long a check took is told, but never of a gate', () => {
  expect(tookInWords(check)).toBe('42 s')
  expect(tookInWords({ ...check, endedAt: 361_000 })).toBe('6 min')
  expect(tookInWords({ ...check, name: 'gate' })).toBeNull()
  expect(tookInWords({ ...check, endedAt: null })).toBeNull()
  expect(tookInWords({ ...check, endedAt: 1_200 })).toBe('under 1 s')
  expect(tookInWords({ ...check, outcome: 'skipped' })).toBeNull()
})

test('whoever let a change be merged is told to have done so, in a sentence', () => {
  const person = { id: 'ann', name: 'Ann' }
  expect(eventInWords({ kind: 'merging', text: '', person })).toBe('let it be merged')
  expect(eventInWords({ kind: 'merging', text: '', person: null })).toBe('Being merged')
})

test('a gate says once how it answered, and why it was not asked', () => {
  const gate = { ...check, name: 'gate', summary: 'It was passed.' } as const
  expect(summaryInWords({ ...gate, outcome: 'pass', cause: null })).toBeNull()
  expect(summaryInWords({ ...gate, cause: 'quality' })).toBeNull()
  expect(summaryInWords({ ...gate, outcome: 'cannot-tell', cause: 'quality' })).toBeNull()
  const fault = { ...gate, cause: 'host-fault', summary: 'It could not be run.' } as const
  expect(summaryInWords(fault)).toBe('It could not be run.')
})

test('functional tests say once that they passed, and what else there is to know', () => {
  const passed = (summary: string) => summaryInWords({ ...check, outcome: 'pass', summary })
  expect(passed('The functional tests passed.')).toBeNull()
  expect(passed('The functional tests passed. Without walls.')).toBe('Without walls.')
  expect(passed('It has no tests of its own.')).toBe('It has no tests of its own.')
  expect(summaryInWords({ ...check, summary: 'One failed.' })).toBe('One failed.')
})

test('a gate that was asked does not say that it runs', () => {
  const running = { ...check, state: 'running', outcome: null } as const
  expect(outcomeInWords(running).words).toBe('runs')
  expect(outcomeInWords({ ...running, name: 'gate' }).words).toBe('asked')
  expect(outcomeInWords({ ...check, state: 'waiting', outcome: null }).words).toBe('waits')
})

test('a word of a later server is shown as it is', () => {
  expect(stageInWords('waits-for-approval').words).toBe('Waits for approval')
  expect(stageInWords('constructor').words).toBe('constructor')
})

test('checks in the story have the names of the list', () => {
  expect(eventInWords({ kind: 'check-started', text: 'functional', person: null })).toBe(
    'Began: Functional tests',
  )
  expect(eventText({ kind: 'check-started', text: 'functional' })).toBe('')
  expect(eventText({ kind: 'check-ended', text: 'gate: It was passed: well.' })).toBe(
    'Gate: It was passed: well.',
  )
  expect(eventText({ kind: 'merged', text: 'Merged as abc.' })).toBe('Merged as abc.')
})

test('one more look is asked of a gate that was not passed, and of nothing else', () => {
  const gate = { ...check, name: 'gate', cause: 'quality' } as const
  expect(retryOf({ checks: [check, gate] })).toBe('gate')
  expect(retryOf({ checks: [check, { ...gate, cause: 'host-fault' }] })).toBe('check')
  expect(retryOf({ checks: [check] })).toBe('check')
})
