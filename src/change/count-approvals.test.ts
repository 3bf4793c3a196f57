import { describe, expect, test } from 'vitest'
import { asIn, decide, merge, type Row, solo, upTo, wait } from '../../test/helpers/decided-rows.ts'
import { decision, observed, revision } from '../../test/helpers/observed-change.ts'
import { decideChange } from './decide-change.ts'
import { sentences } from './sentences.ts'

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
    [
      'of who asked the gate about its version',
      'waits-for-approval',
      wait,
      { askers: new Set(['ada']), decisions: [decision('ada')] },
    ],
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
      'of what another gate had measured',
      'waits-for-approval',
      wait,
      { decisions: [decision('ada', { gate: 'earlier' })] },
    ],
    [
      'of what the gate has measured',
      'merging',
      merge('ada'),
      { decisions: [decision('ada', { gate: 'gate' })] },
    ],
    [
      'that was an override of another gate',
      'waits-for-approval',
      wait,
      { decisions: [decision('ada', { decision: 'overridden', gate: 'earlier' })] },
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
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})
