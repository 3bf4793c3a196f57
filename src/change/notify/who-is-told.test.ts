import { expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  event,
  observed,
  revision,
} from '../../../test/helpers/observed-change.ts'
import { whoIsTold } from './who-is-told.ts'

const ended = (name: 'gate' | 'evaluation' | 'functional') =>
  event('check-ended', { key: `ended:${name}:tree:1` })
const failed = [...allPassed.slice(0, 3), check('gate', { outcome: 'fail', cause: 'quality' })]

type Arguments = Parameters<typeof whoIsTold>

/** While the test set is not worn out. */
function toldWhen(one: Arguments[0], of: Arguments[1], left: number | null) {
  return whoIsTold(one, of, { left, isWorn: false })
}

test('who may decide is told that a change waits, and nobody who proposed or wrote it', () => {
  const told = toldWhen(observed(), event('approval-waiting'), null)
  expect(told.map(({ person, kind }) => [person, kind])).toEqual([
    ['ada', 'approval-waiting'],
    ['both', 'approval-waiting'],
  ])
})

test('its author hears what the gate says; whoever may decide hears of what was not passed', () => {
  expect(toldWhen(observed(), ended('gate'), 9)).toMatchObject([
    { person: 'eve', kind: 'verdict', text: 'It has passed the gate.' },
  ])
  const told = toldWhen(observed({ checks: failed }), ended('gate'), 9)
  expect(told.map(({ person, kind }) => [person, kind])).toEqual([
    ['eve', 'verdict'],
    ['ada', 'verdict'],
    ['both', 'verdict'],
  ])
})

test('a gate that cannot tell is told as one that was not passed, to everybody', () => {
  const worse = { ...doubtfulGate, cannotTell: false }
  const of = (gate: typeof worse) => toldWhen(observed({ checks: failed, gate }), ended('gate'), 1)
  expect(of(doubtfulGate)).toEqual(of(worse))
  expect(of(worse)).toHaveLength(4)
})

test('its author hears when little is left to ask the gate, or nothing of another budget', () => {
  const kinds = (left: number | null) =>
    toldWhen(observed(), ended('gate'), left).map(({ kind }) => kind)
  expect([kinds(3), kinds(2), kinds(null)]).toEqual([
    ['verdict'],
    ['verdict', 'budget-low'],
    ['verdict'],
  ])
  const spent = check('evaluation', { outcome: 'fail', cause: 'budget-exhausted' })
  expect(toldWhen(observed({ checks: [spent] }), ended('evaluation'), 9)).toMatchObject([
    { person: 'eve', kind: 'budget-low' },
  ])
})

test('its author hears that an approver asks for changes, and why, and not of somebody who does not decide', () => {
  const toldOf = (person: string, why = {}) => {
    const asked = decision(person, { decision: 'changes-requested', ...why })
    const said = event('changes-requested', { key: `decision:${asked.id}` })
    return toldWhen(observed({ decisions: [asked] }), said, null)
  }
  const text = 'An approver wants something else before it is merged'
  const told = { person: 'eve', kind: 'changes-requested' }
  expect(toldOf('ada')).toEqual([{ ...told, text: `${text}.` }])
  const reason = 'Say what a deadline is.'
  expect(toldOf('ada', { reason, reasonTold: true })).toEqual([
    { ...told, text: `${text}: ${reason}` },
  ])
  // Of before authors were told: it was written for approvers and custodians.
  expect(toldOf('ada', { reason })).toEqual([{ ...told, text: `${text}.` }])
  expect(toldOf('rob')).toEqual([])
})

test('its author hears of a wish for changes once it counts, and nothing of an approval that does by now', () => {
  const of = (decided: 'approved' | 'changes-requested') => {
    const said = decision('ada', { decision: decided, reason: 'Shorter.', reasonTold: true })
    const counts = event('approval-counts', { key: `counts-by-now:${said.id}:7`, person: 'ada' })
    return toldWhen(observed({ decisions: [said] }), counts, null)
  }
  const text = 'An approver wants something else before it is merged: Shorter.'
  expect(of('changes-requested')).toEqual([{ person: 'eve', kind: 'changes-requested', text }])
  expect(of('approved')).toEqual([])
})

const whom = (...told: Parameters<typeof toldWhen>) =>
  toldWhen(...told).map(({ person, kind }) => [person, kind])

test('its author hears of a conflict, once, and not again because the protected branch moved', () => {
  const conflict = { ...revision, tree: null, conflicts: ['agent.yaml'] }
  const of = (more: Parameters<typeof observed>[0]) =>
    whom(observed({ revision: conflict, ...more }), event('conflict'), null)
  expect(of({ before: null })).toEqual([['eve', 'stopped']])
  expect(of({ before: revision })).toEqual([['eve', 'stopped']])
  expect(of({ before: { ...conflict, base: 'older' } })).toEqual([])
  expect(of({ before: { ...conflict, head: 'older' } })).toEqual([['eve', 'stopped']])
})

test('its author hears of functional tests that failed', () => {
  const checks = [check('functional', { outcome: 'fail', cause: 'tests-failed' })]
  const told = toldWhen(observed({ checks }), ended('functional'), null)
  expect(told).toMatchObject([{ person: 'eve', kind: 'stopped' }])
  expect(toldWhen(observed(), ended('functional'), null)).toEqual([])
  const skipped = [check('infrastructure', { outcome: 'skipped', attempt: 5 })]
  const of = event('check-ended', { key: 'ended:infrastructure:tree:5' })
  expect(toldWhen(observed({ checks: skipped }), of, null)).toEqual([])
})

test('a fault of ours is told to its author and operators once it waits for a person', () => {
  const roles = new Map(observed().roles).set('olga', ['operator'])
  const of = (name: 'infrastructure' | 'gate', attempt: number) => {
    const cause = name === 'gate' ? 'host-fault' : 'environment'
    const checks = [check(name, { outcome: 'fail', cause, attempt })]
    const key = `ended:${name}:tree:${attempt}`
    return whom(observed({ checks, roles }), event('check-ended', { key }), null)
  }
  const stopped = [
    ['eve', 'stopped'],
    ['olga', 'stopped'],
  ]
  expect([of('infrastructure', 4), of('infrastructure', 5)]).toEqual([[], stopped])
  const verdict = ['eve', 'verdict']
  expect([of('gate', 4), of('gate', 5)]).toEqual([[verdict], [verdict, ...stopped]])
})

test('its author hears why a forge does not merge it, and operators what rules would let happen', () => {
  const roles = new Map(observed().roles).set('olga', ['operator'])
  const told = (about: string) =>
    whom(
      observed({ roles }),
      event('merge-refused', { key: `refused-merge:head:base:${about}` }),
      null,
    )
  const author = ['eve', 'stopped']
  expect(told('0123456789ab')).toEqual([author])
  expect(told('branch-not-strict')).toEqual([author, ['olga', 'stopped']])
})

test('whoever approves and does not count is told why, and nobody else', () => {
  const text = 'Who wrote commits of a change does not approve it.'
  const said = event('approval-refused', { person: 'wim', text })
  expect(toldWhen(observed(), said, null)).toEqual([
    { person: 'wim', kind: 'approval-waiting', text: `Your approval does not count. ${text}` },
  ])
})

test('operators hear that a version may be deployed', () => {
  const roles = new Map(observed().roles).set('olga', ['operator'])
  expect(whom(observed({ roles }), event('deployment-requested'), null)).toEqual([
    ['olga', 'merged'],
  ])
})

test('its author hears that it is merged, and with the custodians that it was stopped', () => {
  expect(toldWhen(observed(), event('merged'), null)).toMatchObject([
    { person: 'eve', kind: 'merged' },
  ])
  expect(toldWhen(observed(), event('stopped'), null).map(({ person }) => person)).toEqual([
    'eve',
    'cleo',
    'both',
  ])
  expect(toldWhen(observed(), event('pushed'), null)).toEqual([])
})

test('custodians hear of a look at audit that failed for good, and for themselves that the test set is worn out', () => {
  const worn = (kind: 'stopped' | 'deployment-requested') =>
    whoIsTold(observed(), event(kind), { left: null, isWorn: true })
  const people = (told: ReturnType<typeof whoIsTold>) => told.map(({ person }) => person)
  const failed = toldWhen(observed(), event('audit-failed'), null)
  expect(people(failed)).toEqual(['eve', 'cleo', 'both'])
  expect(failed[0]?.text).toContain('A custodian can start it again')
  const advice = expect.stringContaining('worn out. Rotate it.')
  const custodians = ['cleo', 'both'].map((person) => {
    return { person, kind: 'stopped', text: advice, isPrivate: true }
  })
  expect(worn('deployment-requested')).toEqual(custodians)
  const [author, ...others] = worn('stopped')
  expect(others).toEqual(custodians)
  expect(author).toEqual(toldWhen(observed(), event('stopped'), null)[0])
})

test('where nobody may decide its author hears that, and why', () => {
  const many = observed({ revision: { ...revision, commits: 251 } })
  const waiting = event('approval-waiting')
  expect(toldWhen(many, waiting, null)).toMatchObject([
    { person: 'eve', kind: 'stopped', text: expect.stringContaining('Squash') },
  ])
  const alone = observed({ roles: new Map([['eve', ['engineer', 'approver']]]) })
  expect(toldWhen(alone, waiting, null)).toMatchObject([
    { person: 'eve', kind: 'stopped', text: expect.stringContaining('nobody here') },
  ])
})

test('of somebody who is nobody here admins are not told that a role is missing', () => {
  const roles = new Map([['root', ['admin' as const]]])
  const textsOf = (author: string | null) => {
    const change = { ...observed().change, author }
    const of = event('held', { key: `held:author:${author}` })
    const told = toldWhen(observed({ change, roles }), of, null)
    return told.filter(({ person }) => person === 'root').map(({ text }) => text)
  }
  const nobody = expect.stringContaining('is nobody here')
  // Who has left is nobody here any more, either.
  expect([textsOf(null), textsOf('eve')]).toEqual([[nobody], [nobody]])
  roles.set('eve', [])
  const [text = '', ...others] = textsOf('eve')
  expect(others).toEqual([])
  expect(text).toContain('does not have the role engineer')
  // Of one that has passed its gate, too: some of it was begun.
  expect(text).toMatch(/^It waits: /u)
})

test('what is closed, or waits for a person, is told to its author and to who can do something', () => {
  const roles = new Map([...observed().roles, ['root', ['admin' as const]] as const])
  const peopleOf = (of: Arguments[1]) =>
    toldWhen(observed({ roles }), of, null).map(({ person, kind }) => [person, kind])
  expect(peopleOf(event('closed'))).toEqual([['eve', 'stopped']])
  expect(peopleOf(event('closed', { person: 'eve' }))).toEqual([])
  expect(peopleOf(event('held', { key: 'held:author:eve' }))).toEqual([
    ['eve', 'stopped'],
    ['root', 'stopped'],
  ])
  expect(peopleOf(event('held', { key: 'held:behind:head' }))).toEqual([['eve', 'stopped']])
  expect(peopleOf(event('held', { key: 'held:receipt:head:tree:gate' }))).toEqual([
    ['eve', 'stopped'],
    ['cleo', 'stopped'],
    ['both', 'stopped'],
  ])
  expect(peopleOf(event('approver-asked', { person: 'ada' }))).toEqual([
    ['ada', 'approval-waiting'],
  ])
})
