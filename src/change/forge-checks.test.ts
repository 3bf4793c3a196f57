import { expect, test } from 'vitest'
import { doubt, override, seenAsKept } from '../../test/helpers/decided-rows.ts'
import {
  check,
  decision,
  event,
  mergeTold,
  now,
  observed,
} from '../../test/helpers/observed-change.ts'
import { decideChange } from './decide-change.ts'
import { mergingKey } from './merge-told.ts'
import { checksToTell } from './forge-checks.ts'
import type { ObservedChange } from './observed-change.ts'

const told = (more: Partial<ObservedChange>, name: string) => {
  const one = observed(more)
  return checksToTell(one, decideChange(one)).filter((check) => check.name === name)
}

test('a gate that an approver has overridden is told as passed, since the forge merges nothing else', () => {
  expect(told(doubt, 'gate')).toMatchObject([{ state: 'failed', commit: 'head' }])
  const decided = { ...doubt, decisions: [override()] }
  const passed = { state: 'passed', title: 'Gate', summary: 'It was overridden by an approver.' }
  const seen = { ...seenAsKept(), queued: { commit: 'queued', runners: [] } }
  expect(told({ ...decided, seen }, 'gate')).toMatchObject([
    { ...passed, commit: 'head' },
    { ...passed, commit: 'queued' },
  ])
})

test.each([
  ['of somebody who may not decide', [override({ person: 'eve' })]],
  ['of another gate', [override({ gate: 'other' })]],
  ['without a reason', [override({ reason: null })]],
])('an override %s changes nothing of what is told of the gate', (_, decisions) => {
  expect(told({ ...doubt, decisions }, 'gate')).toEqual(told(doubt, 'gate'))
})

test('an override tells nothing of the other checks', () => {
  const checks = doubt.checks.with(2, check('evaluation', { outcome: null }))
  const of = (decisions: ObservedChange['decisions']) =>
    told({ ...doubt, checks, decisions }, 'evaluation')
  expect(of([override()])).toEqual(of([]))
})

test('an approval is told as passed once the story says that it is merged, and not before', () => {
  const merging = mergeTold()
  const states = (more: Partial<ObservedChange>) =>
    told(
      { ...more, seen: { ...seenAsKept(), queued: { commit: 'queued', runners: [] } } },
      'approval',
    ).map(({ state, commit }) => [state, commit])
  const both = (state: string) => [
    [state, 'head'],
    [state, 'queued'],
  ]
  const decisions = [decision('ada')]
  expect(states({})).toEqual(both('queued'))
  expect(states({ decisions })).toEqual(both('queued'))
  expect(states({ decisions, events: [merging] })).toEqual(both('passed'))
  const refused = event('merge-refused', { key: 'refused-merge:head:base:1', at: now })
  const refusal = { key: refused.key, at: now }
  const change = { ...observed().change, refusal }
  expect(states({ decisions, change, events: [merging, refused] })).toEqual(both('passed'))
  const asks = decision('both', { decision: 'changes-requested' })
  expect(states({ decisions: [...decisions, asks], events: [merging] })).toEqual(both('failed'))
  expect(states({ events: [merging] })).toEqual(both('queued'))
  // Somebody else's word has taken the place of the one that was told.
  const others = [decision('both')]
  expect(states({ decisions: others, events: [merging] })).toEqual(both('queued'))
  const other = event('merging', { key: mergingKey({ head: 'head', tree: 'other' }) })
  expect(states({ decisions, events: [other] })).toEqual(both('queued'))
})
