import { describe, expect, test } from 'vitest'
import {
  asIn,
  decide,
  doubt,
  failed,
  merge,
  minute,
  override,
  type Row,
  upTo,
  wait,
} from '../../test/helpers/decided-rows.ts'
import {
  check,
  decision,
  doubtfulGate,
  now,
  observed,
  passedGate,
} from '../../test/helpers/observed-change.ts'
import { decideChange } from './decide-change.ts'

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
  ])('through %s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })

  test('of the gate tells its author the same whether it was worse or could not be told', () => {
    const worse = { ...doubt, gate: { ...doubtfulGate, cannotTell: false } }
    expect(decideChange(observed(doubt))).toEqual(decideChange(observed(worse)))
  })
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
      'that could not tell, overridden, and nothing that the server signed',
      'not-passed',
      wait,
      { ...doubt, decisions: [override()], signedOverrides: new Set() },
    ],
    [
      'that could not tell, whose receipt does not fit, overridden',
      'host-fault',
      wait,
      {
        ...doubt,
        gate: { ...doubtfulGate, receipt: 'does-not-fit' },
        decisions: [override()],
      },
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
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})
