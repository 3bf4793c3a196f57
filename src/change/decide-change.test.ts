import { describe, expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  event,
  now,
  observed,
  passedGate,
  revision,
} from '../../test/helpers/observed-change.ts'
import { decideChange, stageOf } from './decide-change.ts'
import { mergingKey } from './decide-merged.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'

type Row = [name: string, stage: string, step: object, more: Partial<ObservedChange>]
const { change } = observed()
const wait = { do: 'wait', until: null }
const minute = 60_000
const solo = { isSolo: true, roles: new Map([['eve', ['engineer', 'approver', 'custodian']]]) }
const merge = (approver: string) => ({ do: 'merge', approver })
const failed = (cause: string, more = {}) => ({ outcome: 'fail' as const, cause, ...more })
const doubt = { checks: allPassed.with(3, check('gate', failed('quality'))), gate: doubtfulGate }
const override = (more = {}) =>
  decision('ada', { decision: 'overridden', gate: 'gate', reason: 'Few letters.', ...more })
const last = (checks: ObservedChange['checks']) => ({ checks })
const upTo = (count: number, ...more: ObservedChange['checks']) =>
  last([...allPassed.slice(0, count), ...more])

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
  ])('%s starts nothing', expectRow)
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
  ])('after %s: %s', expectRow)
})

describe('a check that failed', () => {
  test.each<Row>([
    ['a test', 'not-passed', wait, upTo(0, check('functional', failed('tests-failed')))],
    [
      'walls that are not there',
      'host-fault',
      { do: 'wait', until: now + minute },
      upTo(0, check('functional', failed('checkout-walls'))),
    ],
    [
      'walls, a minute later',
      'host-fault',
      { do: 'start-check', attempt: 2 },
      upTo(0, check('functional', failed('checkout-walls', { endedAt: now - minute }))),
    ],
    [
      'an environment',
      'host-fault',
      { do: 'start-check', name: 'infrastructure', attempt: 3 },
      upTo(
        1,
        check('infrastructure', failed('environment', { attempt: 2, endedAt: now - 5 * minute })),
      ),
    ],
    [
      'an environment, for the fifth time',
      'host-fault',
      wait,
      upTo(1, check('infrastructure', failed('environment', { attempt: 5, endedAt: 0 }))),
    ],
    [
      'the money of its author',
      'budget-spent',
      wait,
      upTo(2, check('evaluation', failed('budget-exhausted'))),
    ],
    [
      'a worker that died',
      'host-fault',
      { do: 'start-check', name: 'evaluation', attempt: 2 },
      upTo(2, check('evaluation', failed('internal', { endedAt: 0 }))),
    ],
    [
      'the budget of the gate',
      'budget-spent',
      wait,
      {
        ...upTo(3, check('gate', failed('budget'))),
        gate: { ...passedGate, passed: false, cause: 'budget' },
      },
    ],
    [
      'a gate that was not passed',
      'not-passed',
      wait,
      {
        ...upTo(3, check('gate', failed('quality'))),
        gate: { ...doubtfulGate, cannotTell: false },
      },
    ],
    [
      'a host of the gate',
      'host-fault',
      { do: 'start-check', name: 'gate', attempt: 2 },
      upTo(3, check('gate', failed('host-fault', { endedAt: 0 }))),
    ],
  ])('through %s: %s', expectRow)

  test('of the gate tells its author the same whether it was worse or could not be told', () => {
    const worse = { ...doubt, gate: { ...doubtfulGate, cannotTell: false } }
    expect(decideChange(observed(doubt))).toEqual(decideChange(observed(worse)))
  })
})

describe('an approval', () => {
  test('is asked of its author where nobody else is', () => {
    const { told } = decideChange(observed({ ...solo, decisions: [] } as never))
    expect(told).toEqual([sentences.missingAlone])
    expect(decideChange(observed({ decisions: [] })).told).toEqual([sentences.missing.approver])
  })

  test.each<Row>([
    ['of an approver', 'merging', merge('ada'), { decisions: [decision('ada')] }],
    ['of its author', 'waits-for-approval', wait, { decisions: [decision('eve')] }],
    [
      'of its author, in solo mode',
      'merging',
      merge('eve'),
      { ...solo, decisions: [decision('eve', { solo: true })] } as never,
    ],
    [
      'of its author, after solo mode',
      'waits-for-approval',
      wait,
      { decisions: [decision('eve', { solo: true })] },
    ],
    ['of who wrote a commit', 'waits-for-approval', wait, { decisions: [decision('wim')] }],
    ['of a reviewer', 'waits-for-approval', wait, { decisions: [decision('rob')] }],
    ['of who is gone', 'waits-for-approval', wait, { decisions: [decision('gone')] }],
    [
      'of an earlier commit',
      'waits-for-approval',
      wait,
      { decisions: [decision('ada', { head: 'earlier' })] },
    ],
    [
      'of another merge result',
      'waits-for-approval',
      wait,
      { decisions: [decision('ada', { tree: 'other' })] },
    ],
    [
      'that was taken back',
      'changes-requested',
      wait,
      { decisions: [decision('ada'), decision('ada', { decision: 'changes-requested' })] },
    ],
    [
      'against somebody who asks for changes',
      'changes-requested',
      wait,
      { decisions: [decision('ada'), decision('both', { decision: 'changes-requested' })] },
    ],
    [
      'whose author wants changes',
      'merging',
      merge('ada'),
      { decisions: [decision('ada'), decision('eve', { decision: 'changes-requested' })] },
    ],
    [
      'of policy, of an approver alone',
      'waits-for-approval',
      wait,
      { revision: { ...revision, policyFiles: ['p'] }, decisions: [decision('ada')] },
    ],
    [
      'of policy, of a custodian',
      'merging',
      merge('cleo'),
      { revision: { ...revision, policyFiles: ['p'] }, decisions: [decision('cleo')] },
    ],
    [
      'of policy, of both',
      'merging',
      merge('cleo'),
      {
        revision: { ...revision, policyFiles: ['p'] },
        decisions: [decision('ada'), decision('cleo')],
      },
    ],
    [
      'of policy, of one who is both',
      'merging',
      merge('both'),
      { revision: { ...revision, policyFiles: ['p'] }, decisions: [decision('both')] },
    ],
    [
      'of a custodian, without policy',
      'waits-for-approval',
      wait,
      { decisions: [decision('cleo')] },
    ],
    [
      'of more commits than are looked at',
      'waits-for-approval',
      wait,
      { mostCommits: 1, decisions: [decision('ada')] },
    ],
    [
      'before the gate was asked',
      'waits-for-gate',
      { do: 'start-check', name: 'gate' },
      { ...upTo(3), gate: null, decisions: [decision('ada')] },
    ],
    [
      'when changes are wanted before it is measured',
      'changes-requested',
      wait,
      { ...upTo(2), decisions: [decision('ada', { decision: 'changes-requested' })] },
    ],
  ])('%s: %s', expectRow)
})

describe('a gate', () => {
  const approved = { decisions: [decision('ada')] }
  test.each<Row>([
    [
      'whose receipt does not fit',
      'host-fault',
      wait,
      { ...approved, gate: { ...passedGate, receipt: 'does-not-fit' } },
    ],
    [
      'without a receipt',
      'host-fault',
      wait,
      { ...approved, gate: { ...passedGate, receipt: 'none' } },
    ],
    ['that is gone', 'host-fault', wait, { ...approved, gate: null }],
    [
      'of another attempt',
      'host-fault',
      wait,
      { ...approved, gate: { ...passedGate, id: 'other' } },
    ],
    [
      'that did not pass what a row says',
      'host-fault',
      wait,
      { ...approved, gate: { ...passedGate, passed: false } },
    ],
    [
      'against what is in production no more',
      'waits-for-gate',
      { do: 'start-check', name: 'gate', attempt: 2 },
      { ...approved, gate: { ...passedGate, isCurrent: false } },
    ],
    ['that could not tell, approved alone', 'not-passed', wait, { ...doubt, ...approved }],
    [
      'that could not tell, overridden',
      'merging',
      { ...merge('ada'), override: { person: 'ada' } },
      { ...doubt, decisions: [override()] },
    ],
    [
      'that could not tell, overridden without a reason',
      'not-passed',
      wait,
      { ...doubt, decisions: [override({ reason: ' ' })] },
    ],
    [
      'that could not tell, overridden by its author',
      'not-passed',
      wait,
      { ...doubt, decisions: [override({ person: 'eve' })] },
    ],
    [
      'that could not tell, overridden by a custodian',
      'not-passed',
      wait,
      { ...doubt, decisions: [override({ person: 'cleo' })] },
    ],
    [
      'that could not tell, another one overridden',
      'not-passed',
      wait,
      { ...doubt, decisions: [override({ gate: 'other' })] },
    ],
    [
      'that could not tell, overridden, then thought better of',
      'not-passed',
      wait,
      { ...doubt, decisions: [override(), decision('ada', { decision: 'changes-requested' })] },
    ],
    [
      'that could not tell, overridden, against a new baseline',
      'waits-for-gate',
      { do: 'start-check', name: 'gate', attempt: 2 },
      { ...doubt, gate: { ...doubtfulGate, isCurrent: false }, decisions: [override()] },
    ],
    [
      'that failed, overridden',
      'not-passed',
      wait,
      { ...doubt, gate: { ...doubtfulGate, cannotTell: false }, decisions: [override()] },
    ],
  ])('%s: %s', expectRow)
})

describe('a merge', () => {
  const refused = (at: number) => ({
    decisions: [decision('ada')],
    events: [event('merge-refused', { key: 'refused-merge:head:base:1', at })],
  })
  test.each<Row>([
    ['refused just now', 'merging', { do: 'wait', until: now + 9 * minute }, refused(now - minute)],
    ['refused a while ago', 'merging', merge('ada'), refused(now - 10 * minute)],
  ])('%s: %s', expectRow)
})

describe('what is merged', () => {
  const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
  const ours = [event('merging', { key: mergingKey(revision) })]
  const audit = { state: 'running' as const, passed: null, fault: null }
  const tried = (times: number) => [
    ...ours,
    ...Array.from({ length: times }, (_, n) =>
      event('audit-started', { key: `audit:${n}`, at: now - minute }),
    ),
  ]
  const seen = (mergedTree: 'tested' | 'other' | null) =>
    ({ ...seenAsKept(), state: 'merged', mergedTree }) as const
  test.each<Row>([
    ['elsewhere', 'stopped', { do: 'stop', why: 'merged-elsewhere' }, { change: merged }],
    [
      'before anybody looked',
      'stopped',
      { do: 'stop', why: 'merged-elsewhere' },
      { change: merged, revision: null, events: ours },
    ],
    [
      'elsewhere after another tree was to be merged',
      'stopped',
      { do: 'stop', why: 'merged-elsewhere' },
      { change: merged, events: [event('merging', { key: 'merging:head:other' })] },
    ],
    [
      'as another tree',
      'stopped',
      { do: 'stop', why: 'other-tree' },
      { change: merged, events: ours, seen: seen('other') },
    ],
    [
      'and not to be seen yet',
      'waits-for-audit',
      { do: 'wait', until: now + 15_000 },
      { change: merged, events: ours, seen: seen(null) },
    ],
    [
      'as it was tested',
      'waits-for-audit',
      { do: 'start-audit', attempt: 1 },
      { change: merged, events: ours, seen: seen('tested') },
    ],
    [
      'and being audited',
      'waits-for-audit',
      { do: 'wait', until: now + 15_000 },
      { change: merged, events: ours, audit },
    ],
    [
      'and not audited through a fault',
      'host-fault',
      { do: 'start-audit', attempt: 2 },
      { change: merged, events: tried(1), audit: { ...audit, fault: 'internal' } },
    ],
    [
      'and not audited for the fifth time',
      'host-fault',
      wait,
      { change: merged, events: tried(5), audit: { ...audit, fault: 'internal' } },
    ],
    [
      'and worse on audit',
      'stopped',
      { do: 'stop', why: 'audit' },
      { change: merged, events: ours, audit: { ...audit, state: 'done', passed: false } },
    ],
    [
      'and not worse on audit',
      'waits-for-audit',
      { do: 'request-deployment' },
      { change: merged, events: ours, audit: { ...audit, state: 'done', passed: true } },
    ],
    [
      'where no audit is wanted',
      'waits-for-audit',
      { do: 'request-deployment' },
      { change: merged, events: ours, auditWanted: false },
    ],
    [
      'and stopped',
      'stopped',
      wait,
      { change: merged, events: [...ours, event('stopped', { text: 'Worse.' })] },
    ],
    ['and offered', 'deployable', wait, { change: merged, events: ours, request: {} as never }],
  ])('%s: %s', expectRow)
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
  ])('%s: %s', expectRow)
})

describe('functional tests of the forge', () => {
  const running = (more = {}) => check('functional', { outcome: null, ...more })
  const runner = (name: string, passed: boolean | null) =>
    ({ name, state: passed === null ? 'running' : 'done', passed, url: 'https://log' }) as const
  const on = (runners: ReturnType<typeof runner>[], check_ = running(), more = {}) => ({
    ...last([check_]),
    functionalBy: 'forge' as const,
    seen: { ...seenAsKept(), runners },
    ...more,
  })
  const named = { functionalChecks: ['unit'] }
  test.each<Row>([
    ['that are not there yet', 'checking', { do: 'wait', until: now + 20 * minute }, on([])],
    [
      'that never come',
      'checking',
      { do: 'end-check', end: { cause: 'runners-missing' } },
      on([], running({ startedAt: now - 20 * minute })),
    ],
    [
      'of which one is missing',
      'checking',
      { do: 'end-check', end: { cause: 'runners-missing' } },
      on([runner('lint', true)], running({ startedAt: now - 20 * minute }), named),
    ],
    ['that run', 'checking', { do: 'wait', until: now + 360 * minute }, on([runner('unit', null)])],
    [
      'that run for ever',
      'checking',
      { do: 'end-check', end: { cause: 'runners-slow' } },
      on([runner('unit', null)], running({ startedAt: now - 360 * minute })),
    ],
    [
      'of which one failed',
      'checking',
      { do: 'end-check', end: { cause: 'runners-failed' } },
      on([runner('unit', false), runner('lint', null)]),
    ],
    [
      'of which one failed that does not count',
      'checking',
      { do: 'advance' },
      on([runner('unit', true), runner('lint', false)], running(), named),
    ],
    ['that passed', 'checking', { do: 'advance' }, on([runner('unit', true)])],
    [
      'that were run again and pass',
      'checking',
      { do: 'start-check', attempt: 2 },
      on([runner('unit', true)], check('functional', failed('runners-failed'))),
    ],
    [
      'that still fail',
      'not-passed',
      wait,
      on([runner('unit', false)], check('functional', failed('runners-failed'))),
    ],
    [
      'that pass where we could not bundle',
      'not-passed',
      wait,
      on([runner('unit', true)], check('functional', failed('bundle-invalid'))),
    ],
  ])('%s: %s', expectRow)
})

function expectRow(...[, stage, step, more]: Row): void {
  const decided = decideChange(observed(more))
  expect(decided).toMatchObject({ stage, step })
  expect(stageOf(observed(more))).toBe(stage)
  expect(decided.told.length).toBeGreaterThan(0)
}

/** The forge with what is kept already. */
function seenAsKept(): NonNullable<ObservedChange['seen']> {
  return {
    reference: 'branch',
    title: change.title,
    description: change.description,
    branch: change.branch,
    author: 'eve',
    authorHere: 'eve',
    writers: [],
    state: 'open',
    head: revision.head,
    base: revision.base,
    commits: revision.commits,
    mergedAs: null,
    reviews: [],
    newReviews: [],
    runners: [],
    mergedTree: null,
  }
}
