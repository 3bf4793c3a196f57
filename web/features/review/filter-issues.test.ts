import { expect, test } from 'vitest'
import type { IssueStatus } from '../../../src/schema/verdict.ts'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { everything, filterIssues, neighbour, nextOpen } from './filter-issues.ts'

function reviewed(id: string, status: IssueStatus, score: number | null = null): ReviewedIssue {
  const location = { sourceSentence: '', page: null, paragraph: 0, start: 0, end: 1, quads: [] }
  const rest = { type: 'T', agent: 'a', explanation: 'A Promise', suggestedFix: null }
  const issue = { id, text: id, unresolved: false, location, score, ...rest }
  return { issue, review: 'r', origin: 'agent', status, version: 0, verdicts: [] }
}

const issues = [
  reviewed('one', 'open', 2),
  reviewed('two', 'accepted', 8),
  reviewed('three', 'open'),
  reviewed('four', 'dismissed', 5),
]
const ids = (some: ReviewedIssue[]) => some.map(({ issue }) => issue.id)

test('filters add up, and the selected issue stays', () => {
  expect(ids(filterIssues(issues, { ...everything, status: 'open' }, null))).toEqual([
    'one',
    'three',
  ])
  expect(ids(filterIssues(issues, { ...everything, status: 'open' }, 'two'))).toContain('two')
  const both = { ...everything, status: 'open' as const, text: 'PROMISE', minScore: 3 }
  expect(ids(filterIssues(issues, both, null))).toEqual(['three'])
})

test('an issue without a score is never hidden by a least score', () => {
  expect(ids(filterIssues(issues, { ...everything, minScore: 6 }, null))).toEqual(['two', 'three'])
})

test('the next open issue is the one below, then the first from the top', () => {
  expect(nextOpen(issues, 'one')).toBe('three')
  expect(nextOpen(issues, 'three')).toBe('one')
  expect(nextOpen(issues, null)).toBe('one')
  expect(nextOpen([reviewed('one', 'open')], 'one')).toBeNull()
})

test('stepping stays at the ends and begins at the first', () => {
  expect(neighbour(issues, 'four', 1)).toBe('four')
  expect(neighbour(issues, 'two', -1)).toBe('one')
  expect(neighbour(issues, null, 1)).toBe('one')
  expect(neighbour(issues, 'two', Infinity)).toBe('four')
})
