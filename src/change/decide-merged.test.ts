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
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})
