import { describe, expect, test } from 'vitest'
import {
  asIn,
  change,
  decide,
  minute,
  type Row,
  seenAsKept,
  wait,
} from '../../test/helpers/decided-rows.ts'
import { event, now, revision } from '../../test/helpers/observed-change.ts'
import { mergingKey } from './decide-merged.ts'
import type { ObservedChange } from './observed-change.ts'

describe('what is merged', () => {
  const merged = { ...change, state: 'merged' as const, mergedAs: 'commit' }
  const ours = [event('merging', { key: mergingKey(revision) })]
  const nothing = { passed: null, fault: null, endedAt: null }
  const audit = { ...nothing, state: 'running' as const, startedAt: now - minute }
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
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })

  test('is told to be good, worse or not audited at one time, however long that took', () => {
    const every = 30 * minute
    const startedAt = now - every
    const ended = (of: Partial<NonNullable<ObservedChange['audit']>>, at: number) =>
      decide({
        now: at,
        change: merged,
        events: [...ours, event('audit-started', { key: 'audit:1', at: startedAt })],
        audit: { ...audit, startedAt, ...of },
        answerEvery: every,
      })
    const results = [
      { state: 'done', passed: true, endedAt: startedAt + 1 },
      { state: 'done', passed: false, endedAt: now - minute },
      { fault: 'internal' },
      {},
    ] as const
    const before = results.map((of) => ended(of, now - 1))
    for (const one of before) {
      expect([one.stage, one.told]).toEqual([before[0]?.stage, before[0]?.told])
      expect(one.step.do).toBe('wait')
    }
    expect(before[0]?.told.join(' ')).toContain(new Date(now).toISOString())
    expect(results.map((of) => ended(of, now).step.do)).toEqual([
      'request-deployment',
      'stop',
      'start-audit',
      'wait',
    ])
    // Longer than that: at the next multiple, by whatever it was done.
    const late = { state: 'done', passed: true, endedAt: now + 1 } as const
    expect(ended(late, now + 2).step).toEqual({ do: 'wait', until: now + every })
    expect(ended({}, now + 2).told).toEqual(ended(late, now + 2).told)
    expect(ended(late, now + every).step.do).toBe('request-deployment')
  })

  test('is looked at from when a custodian began it, where nobody else did', () => {
    const done = { ...audit, state: 'done' as const, passed: true, endedAt: now - 1 }
    const of = { change: merged, events: ours, audit: done, answerEvery: minute }
    expect(decide(of).step.do).toBe('request-deployment')
  })
})
