import { expect, test } from 'vitest'
import type { IssueStatus } from '../schema/verdict.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import { judgedInAll } from './judged-in-all.ts'

type Place = {
  start: number | null
  paragraph?: number
  type?: string
  text?: string
  origin?: ReviewedIssue['origin']
}

function said(
  id: string,
  status: IssueStatus,
  { start, paragraph = 0, type = 'Tone', text = 'plan', origin = 'agent' }: Place,
): ReviewedIssue {
  const offsets = { start, end: start === null ? null : start + text.length }
  const location = { sourceSentence: '', page: 1, paragraph, ...offsets, quads: [] }
  const words = { type, agent: 'tone', text, explanation: '', suggestedFix: null, score: null }
  const issue = { id, ...words, unresolved: start === null, location }
  return { issue, review: 'r', origin, status, version: 1, verdicts: [] }
}

function ids(...reviews: ReviewedIssue[][]): string[] {
  return judgedInAll(reviews).map(({ issue }) => issue.id)
}

test('of one place the latest review that says something counts', () => {
  const newest = [said('no', 'dismissed', { start: 4 }), said('open', 'open', { start: 20 })]
  const before = [
    said('same', 'accepted', { start: 6 }),
    said('behind', 'accepted', { start: 8 }),
    said('where it is open', 'accepted', { start: 20 }),
  ]
  const first = [said('long ago', 'edited', { start: 9 }), said('alone', 'edited', { start: 40 })]
  expect(ids(newest, before, first)).toEqual(['no', 'behind', 'where it is open', 'alone'])
})

test('other types, other paragraphs and other words without a place are other issues', () => {
  const newest = [said('one', 'accepted', { start: 4 }), said('lost', 'accepted', { start: null })]
  const before = [
    said('type', 'accepted', { start: 4, type: 'Grammar' }),
    said('paragraph', 'accepted', { start: 4, paragraph: 1 }),
    said('lost again', 'accepted', { start: null }),
    said('lost words', 'accepted', { start: null, text: 'other' }),
  ]
  expect(ids(newest, before)).toEqual(['one', 'lost', 'type', 'paragraph', 'lost words'])
})

test('what its author took back was never there, and hides nothing that was said before', () => {
  const newest = [said('taken back', 'dismissed', { start: 4, origin: 'person' })]
  expect(ids(newest, [said('added', 'accepted', { start: 4, origin: 'person' })])).toEqual([
    'added',
  ])
})

test('all that one review has counts, also at one place', () => {
  const both = [said('a', 'accepted', { start: 4 }), said('b', 'disputed', { start: 5 })]
  expect(ids(both)).toEqual(['a', 'b'])
})
