import { expect, test } from 'vitest'
import type { Issue } from '../../../src/schema/issue.ts'
import { issueDifferences } from './issue-differences.ts'

function issue(text: string, start: number | null, type = 'Promise'): Issue {
  const place = start === null ? null : { paragraph: 0, start, end: start + text.length }
  return {
    id: `${type}-${text}-${start}`,
    type,
    agent: 'promises',
    text,
    explanation: 'Too sure.',
    suggestedFix: null,
    score: null,
    unresolved: place === null,
    location: {
      sourceSentence: '',
      page: null,
      quads: [],
      ...(place ?? { paragraph: null, start: null, end: null }),
    },
  }
}

test('the same type on the same words is found by both, whatever is said of it', () => {
  const draft = { ...issue('always', 8), id: 'other', explanation: 'Nobody always comes.' }
  expect(issueDifferences([issue('always', 8)], [draft])).toEqual({
    both: 1,
    onlyCurrent: [],
    onlyDraft: [],
  })
})

test('another place, type or end of the words is another issue', () => {
  const current = [issue('always', 8), issue('never', 30)]
  const draft = [issue('always', 50), issue('never', 30, 'Doubt'), issue('never ever', 30)]
  expect(issueDifferences(current, draft)).toEqual({
    both: 0,
    onlyCurrent: current,
    onlyDraft: draft,
  })
})

test('quotes without a place are told apart by their words', () => {
  const found = issueDifferences([issue('gone', null)], [issue('gone', null), issue('lost', null)])
  expect([found.both, found.onlyCurrent, found.onlyDraft.map(({ text }) => text)]).toEqual([
    1,
    [],
    ['lost'],
  ])
})
