import { describe, expect, test } from 'vitest'
import { decide, seenAsKept } from '../../test/helpers/decided-rows.ts'
import {
  decision,
  event,
  now,
  observed,
  passedGate,
  revision,
} from '../../test/helpers/observed-change.ts'
import { untold } from './change-story.ts'
import { decideChange } from './decide-change.ts'
import { mergingKey } from './merge-told.ts'
import { dismissedKey, newReviews, standingReviews } from './forge-reviews.ts'
import type { ObservedChange } from './observed-change.ts'

const here = (person: string) => (person === 'mallory' ? null : person)
const said = { person: 'ada', decision: 'approved' as const, commit: 'head', at: now - 1000 }
const shown = (...reviews: (typeof said)[]) =>
  standingReviews('change', { reviews, head: 'head' }, here)
const [review] = shown(said)
const id = review?.id ?? ''
const kept = decision('ada', { id })

/** The forge was asked, and shows these. */
function seeing(reviews: (typeof said)[], more: Partial<ObservedChange> = {}): ObservedChange {
  const stored = observed(more)
  const standing = shown(...reviews)
  const found = newReviews(stored, { head: 'head' }, standing)
  const seen = {
    ...seenAsKept(),
    standing: new Set(standing.map((one) => one.id)),
    newReviews: found,
  }
  return { ...stored, seen }
}

describe('a review on the forge', () => {
  test('counts once it is kept, while it stands there', () => {
    expect(decideChange(seeing([said])).step).toMatchObject({ do: 'record-review', review: { id } })
    const standing = seeing([said], { decisions: [kept] })
    expect(decideChange(standing)).toMatchObject({ stage: 'merging' })
    expect(untold(standing, decideChange(standing)).map(({ kind }) => kind)).not.toContain(
      'approval-void',
    )
  })

  test('that was dismissed does not count, although it was kept; what was said here does', () => {
    const dismissed = seeing([], { decisions: [kept] })
    expect(decideChange(dismissed)).toMatchObject({ stage: 'waits-for-approval' })
    const local = seeing([], { decisions: [kept, decision('both')] })
    expect(decideChange(local)).toMatchObject({ stage: 'merging' })
    const before = seeing([], { decisions: [decision('ada'), kept] })
    expect(decideChange(before)).toMatchObject({ stage: 'merging' })
  })

  test('that was dismissed is known as such also where the forge is not asked', () => {
    const dismissed = seeing([], { decisions: [kept] })
    const [told, ...more] = untold(dismissed, decideChange(dismissed)).filter(
      ({ kind }) => kind === 'approval-void',
    )
    expect(more).toEqual([])
    const events = [event('approval-void', told)]
    expect(decide({ decisions: [kept], events }).stage).toBe('waits-for-approval')
    expect(decide({ decisions: [kept] }).stage).toBe('merging')
  })

  test('that another one of its person has replaced is not told as taken back', () => {
    const newer = { ...said, at: now }
    const [second] = shown(newer)
    const both = seeing([newer], { decisions: [kept, decision('ada', { id: second?.id ?? '' })] })
    const kinds = untold(both, decideChange(both)).map(({ kind }) => kind)
    expect(kinds).toContain('approved')
    expect(kinds).not.toContain('approval-void')
  })

  test('does not come back where a later one of its person was dismissed and somebody merges by hand', () => {
    const asks = decision('ada', { id: 'b'.repeat(64), decision: 'changes-requested' })
    const decisions = [kept, asks]
    const dismissed = seeing([], { decisions })
    const told = untold(dismissed, decideChange(dismissed))
    const voided = told.filter(({ kind }) => kind === 'approval-void')
    expect(voided.map(({ key }) => key)).toEqual([dismissedKey(kept), dismissedKey(asks)])
    const events = voided.map((one) => event('approval-void', one))
    const merging = event('merging', { key: mergingKey(revision) })
    const { change } = dismissed
    const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
    const after = decide({ change: merged, decisions, events: [merging, ...events] })
    expect(after.step).toEqual({ do: 'stop', why: 'merged-elsewhere' })
  })

  test.each([
    ['before the gate has answered', { ...passedGate, passed: null }],
    ['where the gate was not passed', { ...passedGate, passed: false }],
    ['where the gate is to be asked anew', { ...passedGate, isCurrent: false }],
    ['before a gate was asked', null],
  ])('that approves is not taken %s', (_, gate) => {
    const { step } = decideChange(seeing([said], { gate }))
    expect(step.do).not.toBe('record-review')
  })

  test('that asks for changes is taken before the gate has answered', () => {
    const asks = { ...said, decision: 'changes-requested' as const }
    const seen = seeing([asks as never], { gate: null, checks: [] })
    expect(decideChange(seen).step).toMatchObject({ do: 'record-review' })
  })

  test('takes back nothing that its person has said here since', () => {
    const decisions = [decision('ada', { decision: 'changes-requested', decidedAt: now })]
    expect(decideChange(seeing([said], { decisions })).stage).toBe('changes-requested')
    expect(decideChange(seeing([said], { decisions })).step.do).toBe('wait')
    const earlier = [{ ...decisions[0]!, decidedAt: said.at - 1 }]
    expect(decideChange(seeing([said], { decisions: earlier })).step.do).toBe('record-review')
  })

  test('of somebody who is nobody here, or of another commit, is none', () => {
    expect(shown({ ...said, person: 'mallory' }, { ...said, commit: 'other' })).toEqual([])
    expect(seeing([said], { revision: { ...revision, head: 'newer' } }).seen?.newReviews).toEqual(
      [],
    )
  })
})
