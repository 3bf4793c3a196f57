import { expect, test } from 'vitest'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { cutAtIssues, markedSentence } from './text-marks.ts'

function reviewed(id: string, start: number | null, end: number | null): ReviewedIssue {
  const location = {
    sourceSentence: 'We will pay.',
    page: null,
    paragraph: 0,
    start,
    end,
    quads: [],
  }
  const rest = { type: 'T', agent: 'a', explanation: '', suggestedFix: null, score: null }
  const issue = { id, text: 'will', unresolved: false, location, ...rest }
  return { issue, review: 'r', origin: 'agent', status: 'open', version: 0, verdicts: [] }
}

const paragraph = { index: 0, page: 1, role: 'body' as const, words: [] }

test('overlapping issues are cut into stretches that know all of their issues', () => {
  const segments = cutAtIssues('abcdef', [reviewed('x', 1, 4), reviewed('y', 3, 5)])
  const told = segments.map(({ text, issues }) => [text, issues.map(({ issue }) => issue.id)])
  expect(told).toEqual([
    ['a', []],
    ['bc', ['x']],
    ['d', ['x', 'y']],
    ['e', ['y']],
    ['f', []],
  ])
})

test('issues without a place mark nothing', () => {
  expect(cutAtIssues('abc', [reviewed('x', null, null)])).toHaveLength(1)
})

test('of words that stand twice in a sentence, those of the issue are marked', () => {
  const text = 'First. We will, will pay.'
  const issue = { ...reviewed('x', 16, 20).issue }
  issue.location.sourceSentence = 'We will, will pay.'
  expect(markedSentence(issue, { ...paragraph, text })).toEqual({
    before: 'We will, ',
    words: 'will',
    after: ' pay.',
  })
})

test('a sentence that does not hold the words is shown as it is', () => {
  const { issue } = reviewed('x', null, null)
  issue.text = 'shall'
  const whole = { before: 'We will pay.', words: '', after: '' }
  expect(markedSentence(issue, undefined)).toEqual(whole)
})
