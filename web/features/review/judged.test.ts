import { expect, test } from 'vitest'
import type { Judgement, Verdict } from '../../../src/schema/verdict.ts'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import {
  editedFields,
  fasterInWords,
  standingOf,
  statusOf,
  verdictInWords,
  withAttempts,
} from './judged.ts'

const ada = { id: 'p1', name: 'Ada' }
const ben = { id: 'p2', name: 'Ben' }

function verdict(person: typeof ada, judgement: Judgement): Verdict {
  return { id: 'v', issue: 'i1', person, judgement, at: 0 }
}

const accepted = { kind: 'accepted' } as const
const undone = { kind: 'undone' } as const
const dismissed = { kind: 'dismissed', reason: { kind: 'duplicate', text: 'see above' } } as const

test.each<{ name: string; verdicts: Verdict[]; status: string }>([
  { name: 'nobody judged', verdicts: [], status: 'open' },
  { name: 'one accepted', verdicts: [verdict(ada, accepted)], status: 'accepted' },
  {
    name: 'the newest of a person wins',
    verdicts: [verdict(ada, accepted), verdict(ada, dismissed)],
    status: 'dismissed',
  },
  {
    name: 'taken back',
    verdicts: [verdict(ada, accepted), verdict(ada, undone)],
    status: 'open',
  },
  {
    name: 'two disagree',
    verdicts: [verdict(ada, accepted), verdict(ben, dismissed)],
    status: 'disputed',
  },
  {
    name: 'an edit is an acceptance that says more',
    verdicts: [verdict(ada, accepted), verdict(ben, { kind: 'edited', edit: {} })],
    status: 'edited',
  },
  { name: 'added by a person', verdicts: [verdict(ada, { kind: 'missed' })], status: 'accepted' },
])('$name: $status', ({ verdicts, status }) => {
  expect(statusOf(verdicts)).toBe(status)
})

const issue: ReviewedIssue = {
  issue: {
    id: 'i1',
    type: 'T',
    agent: 'a',
    text: 'will',
    explanation: 'Too sure.',
    suggestedFix: 'may',
    score: null,
    unresolved: false,
    location: {
      sourceSentence: '',
      page: null,
      paragraph: null,
      start: null,
      end: null,
      quads: [],
    },
  },
  review: 'r1',
  origin: 'agent',
  status: 'open',
  version: 3,
  verdicts: [],
}

test('a judgement on its way is shown, and leaves the version that the server knows', () => {
  const [shown] = withAttempts([issue], [{ issue: 'i1', judgement: accepted }], ada)
  expect(shown).toMatchObject({ status: 'accepted', version: 3 })
  expect(standingOf(shown!, ada.id)?.judgement).toEqual(accepted)
  expect(standingOf(shown!, ben.id)).toBeUndefined()
})

test('several judgements on their way add up in their order', () => {
  const attempts = [accepted, undone].map((judgement) => ({ issue: 'i1', judgement }))
  expect(withAttempts([issue], attempts, ada)[0]?.status).toBe('open')
})

test('the newest edit that stands is shown, field by field', () => {
  const first = verdict(ada, { kind: 'edited', edit: { explanation: 'A promise.' } })
  const second = verdict(ben, { kind: 'edited', edit: { suggestedFix: null } })
  expect(editedFields({ ...issue, verdicts: [first, second] })).toEqual({
    explanation: 'A promise.',
    suggestedFix: null,
  })
  expect(editedFields({ ...issue, verdicts: [first, verdict(ada, undone)] })).toEqual({
    explanation: 'Too sure.',
    suggestedFix: 'may',
  })
})

test('a dismissal is told with its reason', () => {
  expect(verdictInWords(verdict(ben, dismissed))).toBe('Ben dismissed: duplicate, see above')
})

test.each<{ name: string; verdicts: Verdict[]; said: string }>([
  {
    name: 'somebody else',
    verdicts: [verdict(ada, accepted), verdict(ben, dismissed)],
    said: 'Somebody was faster: Ben dismissed: duplicate, see above.',
  },
  {
    name: 'somebody else who thought again',
    verdicts: [verdict(ben, accepted), verdict(ben, undone)],
    said: 'Somebody was faster: It was taken back.',
  },
  {
    name: 'the same person in another window',
    verdicts: [verdict(ben, dismissed), verdict(ada, accepted)],
    said: 'You judged it in another window: Ada accepted.',
  },
])('who was faster is named: $name', ({ verdicts, said }) => {
  expect(fasterInWords(verdicts, ada)).toContain(said)
})
