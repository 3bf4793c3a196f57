import { describe, expect, test } from 'vitest'
import {
  asIn,
  change,
  decide,
  minute,
  override,
  type Row,
  seenAsKept,
  wait,
} from '../../test/helpers/decided-rows.ts'
import {
  decision,
  doubtfulGate,
  event,
  now,
  passedGate,
  revision,
} from '../../test/helpers/observed-change.ts'
import { mergingKey } from './merge-told.ts'
import type { ObservedChange } from './observed-change.ts'

describe('what is merged', () => {
  const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
  const ours = [event('merging', { key: mergingKey(revision) })]
  const approved = [decision('ada')]
  const takenBack = decision('ada', { decision: 'changes-requested' })
  const review = decision('ada', { id: 'a'.repeat(64) })
  const said = (person: string, of: 'approved' | 'changes-requested' = 'approved') =>
    event(of, { key: `decision:${person}-${of}`, person })
  const held = event('held', { key: 'held:author:eve' })
  const elsewhere = { do: 'stop', why: 'merged-elsewhere' }
  const audited = { do: 'start-audit', attempt: 1 }
  const nothing = { passed: null, fault: null, dueAt: null, candidateAt: null }
  const audit = { ...nothing, state: 'running' as const, startedAt: now - minute }
  const stopped = (key: string, at: number) => event('stopped', { key, at, text: 'Worse.' })
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
      'on a receipt that does not fit',
      'stopped',
      { do: 'stop', why: 'receipt' },
      { change: merged, events: ours, gate: { ...passedGate, receipt: 'does-not-fit' } },
    ],
    [
      'on no gate',
      'stopped',
      { do: 'stop', why: 'receipt' },
      { change: merged, events: ours, gate: null },
    ],
    [
      'on an override that the server has not signed',
      'stopped',
      { do: 'stop', why: 'receipt' },
      {
        change: merged,
        events: ours,
        gate: doubtfulGate,
        decisions: [override()],
        signedOverrides: new Set(),
      },
    ],
    [
      'on an override',
      'waits-for-audit',
      { do: 'start-audit', attempt: 1 },
      { change: merged, events: ours, gate: doubtfulGate, decisions: [override()] },
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
      'and not audited through a fault by a custodian who had begun it',
      'host-fault',
      { do: 'start-audit', attempt: 1 },
      { change: merged, events: ours, audit: { ...audit, fault: 'internal' } },
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
      'and not audited through a fault where nobody waits, whoever had a part in it',
      'host-fault',
      { do: 'start-audit', attempt: 2 },
      { change: merged, events: tried(1), audit: { ...audit, fault: 'internal', candidateAt: 1 } },
    ],
    [
      'and stopped',
      'stopped',
      wait,
      { change: merged, events: [...ours, stopped('stopped', now)] },
    ],
    [
      'and stopped on audit',
      'stopped',
      wait,
      { change: merged, events: [...ours, stopped('stopped:audit:1', now)], audit },
    ],
    [
      'and stopped on audit, which a custodian has begun again',
      'waits-for-audit',
      { do: 'wait', until: now + 15_000 },
      { change: merged, events: [...ours, stopped('stopped:audit:1', now - 2 * minute)], audit },
    ],
    [
      'and stopped as something else than was tested, which an audit does not mend',
      'stopped',
      wait,
      { change: merged, events: [...ours, stopped('stopped', now - 2 * minute)], audit },
    ],
    ['and offered', 'deployable', wait, { change: merged, events: ours, request: {} as never }],
    [
      'after its approval was taken back',
      'stopped',
      elsewhere,
      { change: merged, events: ours, decisions: [...approved, takenBack] },
    ],
    [
      'after its approval was taken back, and somebody else has approved it',
      'stopped',
      elsewhere,
      { change: merged, events: ours, decisions: [...approved, takenBack, decision('both')] },
    ],
    [
      'after its approval was dismissed on the forge',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: [...ours, event('approval-void', { key: `dismissed:${review.id}` })],
        decisions: [review],
      },
    ],
    [
      'after whoever approved it was no approver any more',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: [...ours, event('approval-refused', { key: 'counts-no-more:rob-approved:role' })],
        decisions: [decision('rob')],
      },
    ],
    [
      'as somebody approved it who is known to have written a commit of it since',
      'stopped',
      elsewhere,
      { change: merged, events: ours, decisions: [decision('wim')] },
    ],
    [
      'as somebody approved it who is known to have written a commit of it, and is no approver any more',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: ours,
        decisions: [decision('wim')],
        roles: new Map([['eve', ['engineer']]]),
      },
    ],
    [
      'by an approver who is none any more since',
      'waits-for-audit',
      audited,
      { change: merged, events: [...ours, said('rob')], decisions: [decision('rob')] },
    ],
    [
      'on the word of somebody who is no approver, before anybody has told that',
      'stopped',
      elsewhere,
      { change: merged, events: ours, decisions: [decision('rob')] },
    ],
    [
      'on the word of somebody who was no approver and is one since',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: [
          ...ours,
          said('both'),
          event('approval-refused', { key: 'not-counted:both-approved:role' }),
        ],
        decisions: [decision('both')],
      },
    ],
    [
      'after whoever approved it was no approver any more, who is one again since',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: [
          ...ours,
          said('ada'),
          event('approval-refused', { key: 'counts-no-more:ada-approved:role' }),
        ],
        decisions: approved,
      },
    ],
    [
      'as somebody wanted otherwise whose word does not count',
      'waits-for-audit',
      audited,
      {
        change: merged,
        events: [...ours, event('approval-refused', { key: 'not-counted:rob-changes-requested:' })],
        decisions: [...approved, decision('rob', { decision: 'changes-requested' })],
      },
    ],
    [
      'as somebody wanted otherwise whose word did not count, and who is an approver since',
      'waits-for-audit',
      audited,
      {
        change: merged,
        events: [
          ...ours,
          said('both', 'changes-requested'),
          event('approval-refused', { key: 'not-counted:both-changes-requested:role' }),
        ],
        decisions: [...approved, decision('both', { decision: 'changes-requested' })],
      },
    ],
    [
      'while its author was no engineer',
      'stopped',
      elsewhere,
      { change: merged, events: [...ours, held] },
    ],
    [
      'while its author was no engineer once more',
      'stopped',
      elsewhere,
      { change: merged, events: [...ours, held, event('resumed'), held] },
    ],
    [
      'when its author was an engineer again',
      'waits-for-audit',
      audited,
      { change: merged, events: [...ours, held, event('resumed')] },
    ],
    [
      'when its author had become an engineer, before that was told',
      'waits-for-audit',
      audited,
      { change: merged, events: [held, ...ours] },
    ],
    [
      'after its branch had to be updated',
      'waits-for-audit',
      audited,
      { change: merged, events: [...ours, event('held', { key: 'held:behind:head' })] },
    ],
    [
      'after an override was taken back',
      'stopped',
      elsewhere,
      {
        change: merged,
        events: ours,
        gate: doubtfulGate,
        decisions: [override(), takenBack],
      },
    ],
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide({ decisions: approved, ...more })).toMatchObject(asIn(stage, step))
  })

  const every = 30 * minute
  const startedAt = now - every
  const begun = { ...audit, startedAt, dueAt: now }
  const at = (time: number, of: Partial<NonNullable<ObservedChange['audit']>>) =>
    decide({
      decisions: approved,
      now: time,
      change: merged,
      events: tried(1),
      audit: { ...begun, ...of },
    })
  const ends = [
    { state: 'done', passed: true },
    { state: 'done', passed: false },
    { fault: 'gate-run-errors', candidateAt: startedAt + 1 },
    { fault: 'internal' },
  ] as const

  test('is told to be good, worse or not audited at one time, however long that took', () => {
    const before = [...ends, {}].map((of) => at(now - 1, of))
    for (const one of before) expect(one).toEqual(before[0])
    expect(before[0]?.told.join(' ')).toContain(new Date(now).toISOString())
    expect(before[0]?.step).toEqual({ do: 'wait', until: now })
    const retry = now + minute
    expect(ends.map((of) => at(now, of).step)).toEqual([
      { do: 'request-deployment' },
      { do: 'stop', why: 'audit' },
      { do: 'stop', why: 'audit' },
      { do: 'wait', until: retry },
    ])
    expect(at(retry, { fault: 'internal' }).step).toEqual({ do: 'start-audit', attempt: 2 })
  })

  test('is told alike where it is worse and where it was stopped over hidden examples', () => {
    const stops = [
      { state: 'done', passed: false },
      { fault: 'gate-time-limit', candidateAt: startedAt + 1 },
      { fault: 'gate-run-errors', candidateAt: now - 1 },
    ] as const
    const told = stops.map((of) => at(now, of))
    for (const one of told) expect(one).toEqual(told[0])
    expect(told[0]?.stage).toBe('stopped')
  })

  test('waits for a custodian where there is too little to tell anything of any version', () => {
    const decided = at(now, { fault: 'gate-audit-too-small' })
    expect(decided).toMatchObject({ stage: 'host-fault', step: wait })
    expect(decided.told.join(' ')).toContain('too little on the split audit')
    // What only came out once the candidate was shown it, may tell something of a word.
    const shown = at(now, { fault: 'gate-audit-too-small', candidateAt: startedAt + 1 })
    expect(shown.step).toEqual({ do: 'stop', why: 'audit' })
  })

  test('is looked at from when a custodian began it, where nobody else did', () => {
    const done = { ...audit, state: 'done' as const, passed: true, dueAt: now }
    const of = { decisions: approved, change: merged, events: ours, audit: done }
    expect(decide({ ...of, now: now - 1 }).step).toEqual({ do: 'wait', until: now })
    expect(decide(of).step.do).toBe('request-deployment')
  })
})
