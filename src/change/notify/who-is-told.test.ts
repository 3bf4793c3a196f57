import { expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  event,
  observed,
} from '../../../test/helpers/observed-change.ts'
import { whoIsTold } from './who-is-told.ts'

const ended = (name: 'gate' | 'evaluation') => event('check-ended', { key: `ended:${name}:tree:1` })
const failed = [...allPassed.slice(0, 3), check('gate', { outcome: 'fail', cause: 'quality' })]

test('who may decide is told that a change waits, and nobody who proposed or wrote it', () => {
  const told = whoIsTold(observed(), event('approval-waiting'), null)
  expect(told.map(({ person, kind }) => [person, kind])).toEqual([
    ['ada', 'approval-waiting'],
    ['both', 'approval-waiting'],
  ])
})

test('its author hears what the gate says; whoever may decide hears of what was not passed', () => {
  expect(whoIsTold(observed(), ended('gate'), 9)).toMatchObject([
    { person: 'eve', kind: 'verdict', text: 'It has passed the gate.' },
  ])
  const told = whoIsTold(observed({ checks: failed }), ended('gate'), 9)
  expect(told.map(({ person, kind }) => [person, kind])).toEqual([
    ['eve', 'verdict'],
    ['ada', 'verdict'],
    ['both', 'verdict'],
  ])
})

test('a gate that cannot tell is told as one that was not passed, to everybody', () => {
  const worse = { ...doubtfulGate, cannotTell: false }
  const of = (gate: typeof worse) => whoIsTold(observed({ checks: failed, gate }), ended('gate'), 1)
  expect(of(doubtfulGate)).toEqual(of(worse))
  expect(of(worse)).toHaveLength(4)
})

test('its author hears when little is left to ask the gate, or nothing of another budget', () => {
  const kinds = (left: number | null) =>
    whoIsTold(observed(), ended('gate'), left).map(({ kind }) => kind)
  expect([kinds(3), kinds(2), kinds(null)]).toEqual([
    ['verdict'],
    ['verdict', 'budget-low'],
    ['verdict'],
  ])
  const spent = check('evaluation', { outcome: 'fail', cause: 'budget-exhausted' })
  expect(whoIsTold(observed({ checks: [spent] }), ended('evaluation'), 9)).toMatchObject([
    { person: 'eve', kind: 'budget-low' },
  ])
})

test('its author hears that an approver asks for changes, and not of somebody who does not decide', () => {
  const toldOf = (person: string) => {
    const asked = decision(person, { decision: 'changes-requested' })
    const said = event('changes-requested', { key: `decision:${asked.id}` })
    return whoIsTold(observed({ decisions: [asked] }), said, null)
  }
  expect(toldOf('ada')).toMatchObject([{ person: 'eve', kind: 'changes-requested' }])
  expect(toldOf('rob')).toEqual([])
})

test('its author hears that it is merged, and with the custodians that it was stopped', () => {
  expect(whoIsTold(observed(), event('merged'), null)).toMatchObject([
    { person: 'eve', kind: 'merged' },
  ])
  expect(whoIsTold(observed(), event('stopped'), null).map(({ person }) => person)).toEqual([
    'eve',
    'cleo',
    'both',
  ])
  expect(whoIsTold(observed(), event('pushed'), null)).toEqual([])
})
