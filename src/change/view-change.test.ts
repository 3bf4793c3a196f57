import { expect, test } from 'vitest'
import { decision, event, observed } from '../../test/helpers/observed-change.ts'
import { audienceOf } from './change-audience.ts'
import { decideChange } from './decide-change.ts'
import type { ObservedChange } from './observed-change.ts'
import { changeView } from './view-change.ts'

const { change } = observed()

function countingIn(more: Partial<ObservedChange>): [string, boolean][] {
  const one = observed({ decisions: [decision('rob'), decision('wim'), decision('ada')], ...more })
  const audience = audienceOf({ id: 'eve', roles: ['engineer'], permissions: new Set() }, one)
  const nameOf = (id: string) => ({ id, name: id })
  const known = { observed: one, decided: decideChange(one) }
  const { decisions } = changeView(known, null, { audience, nameOf })
  return decisions.map(({ person, counts }) => [person.name, counts])
}

test('what somebody decided whose word does not count is shown as that', () => {
  expect(countingIn({})).toEqual([
    ['rob', false],
    ['wim', false],
    ['ada', true],
  ])
})

test('what counted when it was merged is shown as that, whatever roles people have since', () => {
  const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
  const events = ['rob', 'wim'].map((of) =>
    event('approval-refused', { key: `not-counted:${of}-approved:no-approver` }),
  )
  expect(countingIn({ change: merged, events, roles: new Map() })).toEqual([
    ['rob', false],
    ['wim', false],
    ['ada', true],
  ])
})
