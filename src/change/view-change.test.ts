import { expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  event,
  mergeTold,
  now,
  observed,
  revision,
} from '../../test/helpers/observed-change.ts'
import { permissionsOf } from '../access/permissions.ts'
import { audienceOf } from './change-audience.ts'
import { decideChange } from './decide-change.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'
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

/** What somebody with the roles that they have there is told. */
function told(one: ObservedChange, id: string): string[] {
  const roles = one.roles.get(id) ?? []
  const audience = audienceOf({ id, roles, permissions: permissionsOf(roles) }, one)
  const nameOf = (person: string) => ({ id: person, name: person })
  const known = { observed: one, decided: decideChange(one) }
  return changeView(known, null, { audience, nameOf }).told
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
  const toldTo = (id: string, commits: number): string =>
    told(observed({ checks, gate: doubtfulGate, revision: { ...revision, commits } }), id).join(' ')
  expect(toldTo('ada', 250)).toContain('You can override it')
  expect(toldTo('cleo', 250)).toContain('Somebody with the role approver can override it')
  for (const judge of ['ada', 'cleo'])
    expect(toldTo(judge, 251)).toContain('Nobody can override it')
  expect(toldTo('eve', 251)).toBe(toldTo('eve', 250))
})

test('of a merge that was refused it says when that was last tried, and of another one nothing', () => {
  const key = 'refused-merge:head:base:branch-not-strict'
  const events = [mergeTold(), event('merge-refused', { key })]
  const refusal = { key, at: now - 60_000 }
  const triedIn = (more: Partial<ObservedChange>): boolean => {
    const of = { decisions: [decision('ada')], events, change: { ...change, refusal }, ...more }
    return told(observed(of), 'eve').includes(sentences.lastTried(refusal.at))
  }
  expect(triedIn({})).toBe(true)
  expect(triedIn({ change })).toBe(false)
  expect(triedIn({ decisions: [] })).toBe(false)
})

test('what counted when it was merged is shown as that, whatever roles people have since', () => {
  const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
  const said = ['rob', 'wim', 'ada'].map((of) =>
    event('approved', { key: `decision:${of}-approved` }),
  )
  const refused = ['rob', 'wim'].map((of) =>
    event('approval-refused', { key: `not-counted:${of}-approved:no-approver` }),
  )
  const events = [...said, ...refused]
  for (const roles of [new Map(), new Map([['rob', ['approver' as const]]])]) {
    expect(countingIn({ change: merged, events, roles })).toEqual([
      ['rob', false],
      ['wim', false],
      ['ada', true],
    ])
  }
})
