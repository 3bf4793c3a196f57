import { describe, expect, test } from 'vitest'
import {
  asIn,
  change,
  decide,
  doubt,
  merge,
  minute,
  override,
  type Row,
  seenAsKept,
  upTo,
  wait,
} from '../../test/helpers/decided-rows.ts'
import {
  check,
  decision,
  event,
  mergeTold,
  now,
  observed,
  passedGate,
  revision,
} from '../../test/helpers/observed-change.ts'
import type { ObservedChange } from './observed-change.ts'
import { goesOn } from './view-change.ts'

describe('who proposes', () => {
  test.each<Row>([
    ['nobody here', 'not-an-engineer', wait, { change: { ...change, author: null } }],
    ['somebody who is gone', 'not-an-engineer', wait, { change: { ...change, author: 'gone' } }],
    ['no engineer', 'not-an-engineer', wait, { change: { ...change, author: 'ada' } }],
    [
      'no engineer, in conflict',
      'not-an-engineer',
      wait,
      { change: { ...change, author: 'rob' }, revision: { ...revision, tree: null }, checks: [] },
    ],
  ])('%s starts nothing', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})

describe('what comes next', () => {
  test.each<Row>([
    ['one that nobody has looked at', 'checking', { do: 'look' }, { revision: null, checks: [] }],
    ['a conflict', 'conflict', wait, { revision: { ...revision, tree: null }, checks: [] }],
    ['nothing checked', 'checking', { do: 'start-check', name: 'functional', attempt: 1 }, upTo(0)],
    [
      'functional started',
      'checking',
      { do: 'advance' },
      upTo(0, check('functional', { outcome: null })),
    ],
    ['functional passed', 'checking', { do: 'start-check', name: 'infrastructure' }, upTo(1)],
    [
      'infrastructure started',
      'checking',
      { do: 'advance' },
      upTo(1, check('infrastructure', { outcome: null })),
    ],
    [
      'infrastructure skipped',
      'checking',
      { do: 'start-check', name: 'evaluation' },
      upTo(1, check('infrastructure', { outcome: 'skipped' })),
    ],
    [
      'functional skipped',
      'not-passed',
      wait,
      upTo(0, check('functional', { outcome: 'skipped' })),
    ],
    [
      'evaluation started',
      'checking',
      { do: 'advance' },
      upTo(2, check('evaluation', { outcome: null })),
    ],
    [
      'evaluation under way',
      'checking',
      { do: 'wait', until: now + 15_000 },
      {
        ...upTo(2, check('evaluation', { outcome: null })),
        evaluation: { id: 'evaluation', state: 'running', job: 'job' },
      },
    ],
    [
      'evaluation that nobody has queued',
      'checking',
      { do: 'advance' },
      {
        ...upTo(2, check('evaluation', { outcome: null })),
        evaluation: { id: 'evaluation', state: 'running', job: null },
      },
    ],
    [
      'evaluation that takes long',
      'checking',
      { do: 'advance' },
      {
        ...upTo(2, check('evaluation', { outcome: null, startedAt: now - 11 * minute })),
        evaluation: { id: 'evaluation', state: 'running', job: 'job' },
      },
    ],
    [
      'evaluation over',
      'checking',
      { do: 'advance' },
      {
        ...upTo(2, check('evaluation', { outcome: null })),
        evaluation: { id: 'evaluation', state: 'done', job: 'job' },
      },
    ],
    [
      'evaluation ended',
      'waits-for-gate',
      { do: 'start-check', name: 'gate', attempt: 1 },
      { ...upTo(3), gate: null },
    ],
    [
      'gate to be asked',
      'waits-for-gate',
      { do: 'advance' },
      { ...upTo(3, check('gate', { outcome: null, subject: null })), gate: null },
    ],
    [
      'gate not answered',
      'waits-for-gate',
      { do: 'wait', until: now + 90_000 },
      {
        ...upTo(3, check('gate', { outcome: null, subject: 'gate' })),
        gate: { ...passedGate, passed: null, answerAt: now + 90_000 },
      },
    ],
    [
      'gate answered',
      'waits-for-gate',
      { do: 'advance' },
      upTo(3, check('gate', { outcome: null, subject: 'gate' })),
    ],
    ['all passed', 'waits-for-approval', wait, {}],
  ])('after %s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})

describe('a merge', () => {
  const told = (...events: ObservedChange['events']) => ({
    decisions: [decision('ada')],
    events: [mergeTold(), ...events],
  })
  const toldOf = (more: Partial<ObservedChange>) =>
    mergeTold(observed({ decisions: [decision('ada')], ...more }))
  const others = [mergeTold(), toldOf({ decisions: [decision('both')], events: [mergeTold()] })]
  const toldAgain = { ...told(), events: [...others, toldOf({ events: others })] }
  const inQueue = { change: { ...change, isQueued: true } }
  const refusal = { key: 'refused-merge:head:base:1', at: now - minute }
  const refused = (at: number, more: Partial<ObservedChange['events'][number]> = {}) => ({
    ...told(event('merge-refused', { key: refusal.key, at: now - 60 * minute, ...more })),
    change: { ...change, refusal: { ...refusal, at } },
  })
  test.each<Row>([
    [
      'refused just now',
      'merge-refused',
      { do: 'wait', until: now + 9 * minute },
      refused(now - minute),
    ],
    ['refused a while ago', 'merging', { do: 'merge' }, refused(now - 10 * minute)],
    ['not told yet', 'merging', merge('ada'), { decisions: [decision('ada')] }],
    ['told', 'merging', { do: 'merge', approver: 'ada' }, told()],
    [
      'told on the word of somebody else, also where a queue does it',
      'merging',
      merge('ada'),
      { ...told(toldOf({ decisions: [decision('both')] })), mergeQueue: true },
    ],
    [
      'told before the gate was asked anew',
      'merging',
      merge('ada'),
      told(toldOf({ gate: { ...passedGate, id: 'earlier' } })),
    ],
    [
      'told before the gate was asked anew and overridden',
      'merging',
      merge('ada'),
      { ...doubt, ...told(), decisions: [override()] },
    ],
    [
      'told once more on the word on which it was told first',
      'merging',
      { do: 'merge', approver: 'ada' },
      toldAgain,
    ],
    [
      'that the queue of the forge does',
      'merging',
      { do: 'wait', until: now + minute },
      {
        ...told(),
        ...inQueue,
        seen: { ...seenAsKept(), queued: { commit: 'queued', runners: [] } },
      },
    ],
    [
      'that the queue of the forge does, by what is kept here',
      'merging',
      { do: 'wait', until: now },
      { ...told(), ...inQueue, mergeQueue: true },
    ],
    [
      'that waits for somebody to add it to the queue, by what is kept here',
      'merging',
      wait,
      { ...told(), mergeQueue: true },
    ],
    [
      'that the queue of the forge does not do any more',
      'merging',
      { do: 'look' },
      { ...told(), ...inQueue, mergeQueue: true, seen: seenAsKept() },
    ],
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })

  test('that the forge refuses tells what it said last, also when it has said something else meanwhile', () => {
    const { events, ...more } = refused(now - minute, { text: 'A check is expected.' })
    const other = event('merge-refused', { key: 'refused-merge:head:base:2', text: 'Other.' })
    const known = { ...more, events: [...events, other] }
    expect(goesOn(decide(known))).toBe(false)
    expect(goesOn(decide(told()))).toBe(true)
    expect(decide(known).told).toEqual([
      expect.stringMatching(/asked again .*: A check is expected\.$/u),
    ])
    const pushed = { ...known, revision: { ...revision, base: 'newer' } }
    expect(decide(pushed).step.do).toBe('merge')
  })
})

describe('what the forge shows', () => {
  const approved = { decisions: [decision('ada')] }
  const look = (more: object) => ({ ...approved, seen: { ...seenAsKept(), ...more } })
  const review = { id: 'review', person: 'ada', decision: 'approved' as const, solo: false }
  test.each<Row>([
    ['nothing new', 'merging', merge('ada'), look({})],
    ['a push', 'merging', { do: 'look' }, look({ head: 'newer' })],
    ['a moved base', 'merging', { do: 'look' }, look({ base: 'newer' })],
    ['another title', 'merging', { do: 'look' }, look({ title: 'Other' })],
    ['a login that the forge has found', 'merging', { do: 'look' }, look({ writers: ['new'] })],
    ['another address', 'merging', { do: 'look' }, look({ writerAddresses: ['a@example.org'] })],
    [
      'who wrote it, as was not kept before',
      'merging',
      { do: 'look' },
      { ...look({}), revision: { ...revision, writtenBy: null } },
    ],
    ['an author whom we know by now', 'merging', { do: 'look' }, look({ authorHere: 'wim' })],
    ['a review', 'merging', { do: 'record-review', review }, look({ newReviews: [review] })],
    [
      'that it was closed',
      'merging',
      { do: 'note-state', state: 'closed' },
      look({ state: 'closed' }),
    ],
    [
      'that it was merged',
      'merging',
      { do: 'note-state', state: 'merged', mergedAs: 'c' },
      look({ state: 'merged', mergedAs: 'c' }),
    ],
    [
      'that it is open again',
      'closed',
      { do: 'note-state', state: 'open' },
      { ...look({}), change: { ...change, state: 'closed' } },
    ],
    [
      'a push to what is closed',
      'closed',
      wait,
      { ...look({ state: 'closed', head: 'newer' }), change: { ...change, state: 'closed' } },
    ],
    [
      'an old look at what we have merged',
      'stopped',
      { do: 'stop' },
      { ...look({}), change: { ...change, state: 'merged' } },
    ],
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})
