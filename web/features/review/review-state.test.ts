import { expect, test } from 'vitest'
import type { ReviewedIssue, ReviewEntry } from '../../../src/schema/workplace.ts'
import {
  applyEvents,
  inRandomOrder,
  partsOf,
  tallyOf,
  type ReviewState,
  withNewest,
} from './review-state.ts'

const review: ReviewEntry = {
  id: 'r1',
  document: { sha256: 'a'.repeat(64), name: 'memo.pdf' },
  flow: { name: 'document-review', version: 'v1' },
  state: 'running',
  agents: [],
  issues: { open: 0, accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 },
  read: { by: [], version: 0 },
  order: 'document',
  trial: false,
  requestedBy: { id: 'p1', name: 'Ada' },
  requestedAt: 0,
  startedAt: null,
  finishedAt: null,
  reason: null,
}

function issueAt(paragraph: number | null, start: number | null, version = 0): ReviewedIssue {
  const location = { sourceSentence: '', page: 1, paragraph, start, end: start, quads: [] }
  const id = `i-${paragraph}-${start}`
  const base = {
    type: 'T',
    agent: 'a',
    text: 'x',
    explanation: 'y',
    suggestedFix: null,
    score: null,
  }
  const issue = { id, ...base, unresolved: paragraph === null, location }
  return { issue, review: 'r1', origin: 'agent', status: 'open', version, verdicts: [] }
}

const empty: ReviewState = { review, issues: [] }
const idsOf = ({ issues }: ReviewState) => issues.map(({ issue }) => issue.id)

test('issues are in document order whatever order they come in; those without a place are last', () => {
  const first = applyEvents(empty, [
    { type: 'issues', issues: [issueAt(4, 1), issueAt(null, null)] },
  ])
  const both = applyEvents(first, [{ type: 'issues', issues: [issueAt(4, 0), issueAt(1, 9)] }])
  expect(idsOf(both)).toEqual(['i-1-9', 'i-4-0', 'i-4-1', 'i-null-null'])
})

test('what is read anew takes nothing back that came while it was read', () => {
  const judged = { ...issueAt(1, 0, 1), status: 'dismissed' as const }
  const takenBack = { ...issueAt(5, 0, 2), origin: 'person', status: 'dismissed' } as const
  const known = { review, issues: [judged, issueAt(2, 0), takenBack] }
  const read = { review, issues: [issueAt(1, 0), issueAt(3, 0, 2)] }
  const issues = [judged, issueAt(2, 0), issueAt(3, 0, 2)]
  expect(withNewest(known, read)).toEqual({ review, issues })
  expect(withNewest(undefined, read)).toBe(read)
})

test('events that are read twice change nothing', () => {
  const events = [{ type: 'issues' as const, issues: [issueAt(1, 0), issueAt(2, 0)] }]
  const once = applyEvents(empty, events)
  expect(applyEvents(once, events)).toEqual(once)
})

test('an older state of an issue does not take the place of a newer one', () => {
  const judged = { ...issueAt(1, 0, 2), status: 'accepted' as const }
  const state = applyEvents(empty, [
    { type: 'verdict', issue: judged },
    { type: 'issues', issues: [issueAt(1, 0, 0)] },
  ])
  expect(state.issues).toEqual([judged])
  expect(applyEvents(state, [{ type: 'verdict', issue: issueAt(1, 0, 1) }]).issues).toEqual([
    judged,
  ])
})

test('agents and the end of the review are told by their events', () => {
  const reason = null
  const agent = {
    name: 'a',
    type: 'T',
    status: 'running' as const,
    partsDone: 1,
    parts: 4,
    issues: 0,
    leftOut: 0,
    reason,
  }
  const state = applyEvents(empty, [
    { type: 'agent', agent },
    { type: 'agent', agent: { ...agent, partsDone: 3 } },
    { type: 'complete', state: 'partial' },
  ])
  expect(state.review.state).toBe('partial')
  expect(partsOf(state.review)).toEqual({ done: 3, parts: 4 })
})

test('issues that people added count by their status and as missed ones', () => {
  const added = { ...issueAt(1, 0), origin: 'person' as const, status: 'accepted' as const }
  expect(tallyOf([added, issueAt(2, 0)])).toMatchObject({ open: 1, accepted: 1, missed: 1 })
})

test('the random order is the same each time and not that of the document', () => {
  const issues = Array.from({ length: 20 }, (_, at) => issueAt(at, 0))
  const mixed = issues.toSorted(inRandomOrder)
  expect(mixed).toEqual(issues.toReversed().toSorted(inRandomOrder))
  expect(mixed).not.toEqual(issues)
})

test('who has read the document is as the newest event says, also when an older one comes again', () => {
  const mark = { person: { id: 'p1', name: 'Ada' }, at: 1, review: 'r1' }
  const marked = { type: 'read' as const, read: { by: [mark], version: 1 } }
  const withdrawn = { type: 'read' as const, read: { by: [], version: 2 } }
  expect(applyEvents(empty, [marked]).review.read).toEqual(marked.read)
  expect(applyEvents(empty, [marked, withdrawn, marked]).review.read).toEqual(withdrawn.read)
})
