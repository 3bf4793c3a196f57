import { expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  event,
  observed,
  revision,
} from '../../test/helpers/observed-change.ts'
import { permissionsOf } from '../access/permissions.ts'
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

test('who may see that the gate cannot tell is told of nobody who could override it where nobody can', () => {
  const checks = [...allPassed.slice(0, 3), check('gate', { outcome: 'fail', cause: 'quality' })]
  const toldTo = (id: string, commits: number): string => {
    const one = observed({ checks, gate: doubtfulGate, revision: { ...revision, commits } })
    const roles = one.roles.get(id) ?? []
    const audience = audienceOf({ id, roles, permissions: permissionsOf(roles) }, one)
    const nameOf = (person: string) => ({ id: person, name: person })
    const known = { observed: one, decided: decideChange(one) }
    return changeView(known, null, { audience, nameOf }).told.join(' ')
  }
  expect(toldTo('ada', 250)).toContain('You can override it')
  expect(toldTo('cleo', 250)).toContain('Somebody with the role approver can override it')
  for (const judge of ['ada', 'cleo'])
    expect(toldTo(judge, 251)).toContain('Nobody can override it')
  expect(toldTo('eve', 251)).toBe(toldTo('eve', 250))
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
