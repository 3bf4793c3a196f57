import { expect, test } from 'vitest'
import { prepareIssues } from './comparable-issue.ts'
import type { MatchableIssue } from './match-issues.ts'
import { createParagraphIndex } from '../place/paragraph-index.ts'

const paragraphs = createParagraphIndex([
  { index: 5, text: 'The plan pays for it.' },
  { index: 6, text: 'Members pay the rest.' },
])

const at = (paragraph: number, start: number, more: Partial<MatchableIssue> = {}) => {
  const location = { paragraph, start, end: start + 4, sourceSentence: 'S' }
  return { type: 'G', text: 'T', location, ...more }
}
const lost = (more: Partial<MatchableIssue> = {}): MatchableIssue => {
  return { type: 'G', text: 'pear', location: { sourceSentence: 'A pear.' }, ...more }
}

test('an issue is placed and normalised; what it leaves out is empty, null or false', () => {
  const location = { paragraph: 5, start: 4, end: 8, sourceSentence: 'The  PLAN pays' }
  const full = { type: 'G', text: ' PLAN', id: 'x', suggestedFix: 'The “PLAN”', ignore: true }
  expect(prepareIssues([{ ...full, location }, lost()], paragraphs)).toEqual([
    {
      index: 0,
      rank: 0,
      type: 'G',
      id: 'x',
      place: { position: 0, start: 4, end: 8, level: 'offsets' },
      text: 'plan',
      sentence: 'the plan pays',
      fix: 'the "plan"',
      ignore: true,
    },
    {
      index: 1,
      rank: 1,
      type: 'G',
      id: '',
      place: null,
      text: 'pear',
      sentence: 'a pear.',
      fix: null,
      ignore: false,
    },
  ])
})

test('a fix that deletes is an empty fix, a missing one is none', () => {
  const issues = [lost({ suggestedFix: '' }), lost({ suggestedFix: null }), lost()]
  expect(prepareIssues(issues, paragraphs).map(({ fix }) => fix)).toEqual(['', null, null])
})

/** By place, then by what is left to tell them apart. */
const inOrder: MatchableIssue[] = [
  at(5, 0),
  at(5, 4, { location: { paragraph: 5, start: 4, end: 5 } }),
  at(5, 4, { type: 'D' }),
  at(5, 4, { text: 'A' }),
  at(5, 4, { location: { paragraph: 5, start: 4, end: 8, sourceSentence: 'R' } }),
  at(5, 4),
  at(5, 4, { id: 'a' }),
  at(5, 4, { id: 'b' }),
  at(5, 4, { id: 'b', ignore: true }),
  at(5, 4, { suggestedFix: 'a' }),
  at(5, 4, { suggestedFix: 'b' }),
  at(6, 1),
  lost({ type: 'D' }),
  lost(),
]

test('issues have ranks in document order, those without a place last, in whatever order they come', () => {
  for (const [i, first] of inOrder.entries())
    for (const second of inOrder.slice(i + 1)) {
      expect(prepareIssues([first, second], paragraphs).map(({ index }) => index)).toEqual([0, 1])
      expect(prepareIssues([second, first], paragraphs).map(({ index }) => index)).toEqual([1, 0])
    }
  expect(prepareIssues(inOrder.toReversed(), paragraphs).map(({ rank }) => rank)).toEqual(
    inOrder.map((_, rank) => rank),
  )
})
