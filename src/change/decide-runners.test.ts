import { describe, expect, test } from 'vitest'
import {
  asIn,
  decide,
  failed,
  last,
  minute,
  type Row,
  seenAsKept,
  wait,
} from '../../test/helpers/decided-rows.ts'
import {
  allPassed,
  check,
  decision,
  now,
  observed,
  revision,
} from '../../test/helpers/observed-change.ts'
import type { ChangeRevision } from '../schema/stored-change.ts'
import { decideChange } from './decide-change.ts'
import { checksToTell } from './forge-checks.ts'
import { whoIsTold } from './notify/who-is-told.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'

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
  const all = { checks: allPassed }
  test.each<Row>([
    ['that are not there yet', 'checking', { do: 'wait', until: now + minute / 2 }, on([])],
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
    ['that run', 'checking', { do: 'wait', until: now + minute / 2 }, on([runner('unit', null)])],
    [
      'that have run for a while',
      'checking',
      { do: 'wait', until: now + 2 * minute },
      on([runner('unit', null)], running({ startedAt: now - 20 * minute })),
    ],
    [
      'that have run for long',
      'checking',
      { do: 'wait', until: now + 5 * minute },
      on([runner('unit', null)], running({ startedAt: now - 200 * minute })),
    ],
    [
      'whose time is almost over',
      'checking',
      { do: 'wait', until: now + minute },
      on([runner('unit', null)], running({ startedAt: now - 359 * minute })),
    ],
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
      'of which another one failed since',
      'checking',
      { do: 'start-check', name: 'functional', attempt: 2 },
      on([runner('unit', true), runner('late', false)], check('functional'), all),
    ],
    [
      'of which another one failed since that does not count',
      'waits-for-approval',
      wait,
      on([runner('unit', true), runner('late', false)], check('functional'), {
        ...all,
        ...named,
      }),
    ],
    [
      'of which another one has begun since',
      'waits-for-approval',
      wait,
      on([runner('unit', true), runner('late', null)], check('functional'), all),
    ],
    [
      'that still fail',
      'not-passed',
      { do: 'wait', until: now + minute / 2 },
      on([runner('unit', false)], check('functional', failed('runners-failed'))),
    ],
    [
      'that failed a while ago',
      'not-passed',
      { do: 'wait', until: now + 6 * minute },
      on([], check('functional', failed('runners-missing', { endedAt: now - 60 * minute }))),
    ],
    [
      'that failed long ago',
      'not-passed',
      { do: 'wait', until: now + 60 * minute },
      on([], check('functional', failed('runners-slow', { endedAt: 0 }))),
    ],
    [
      'that failed, by what is kept here',
      'not-passed',
      wait,
      on([], check('functional', failed('runners-failed')), { seen: null }),
    ],
    [
      'that pass where we could not bundle',
      'not-passed',
      wait,
      on([runner('unit', true)], check('functional', failed('bundle-invalid'))),
    ],
  ])('%s: %s', (...[, stage, step, more]) => {
    expect(decide(more)).toMatchObject(asIn(stage, step))
  })
})

describe('what the runners of the forge have not tested', () => {
  const untested = { testsMerges: false, revision: { ...revision, testedTree: 'before' } }
  const update = { stage: 'waits-for-update', told: [sentences.untested], step: wait }
  test.each<[string, Partial<ObservedChange>]>([
    ['is not begun with', { ...last([]), ...untested }],
    [
      'is not merged, also when somebody has approved it',
      { decisions: [decision('ada')], ...untested },
    ],
    [
      'is not merged when it could not be merged when they ran',
      {
        testsMerges: false,
        revision: { ...revision, testedTree: null },
      },
    ],
  ])('%s', (...[, more]) => {
    expect(decide({ functionalBy: 'forge', ...more })).toMatchObject(update)
  })

  test.each<[string, Partial<ObservedChange>]>([
    ['by us', { ...untested, testsMerges: true }],
    ['by them', { testsMerges: false, revision: { ...revision, testedTree: 'tree' } }],
  ])('is gone on with once it is tested %s', (...[, more]) => {
    expect(decide({ functionalBy: 'forge', ...more })).toMatchObject({
      stage: 'waits-for-approval',
    })
  })

  test('is told to the forge as a check that has not begun', () => {
    const one = observed({ functionalBy: 'forge', ...untested })
    const checks = checksToTell(one, decideChange(one))
    expect(checks.find(({ name }) => name === 'functional')).toMatchObject({
      state: 'queued',
      summary: sentences.untested,
    })
  })

  test('is told to its author once, however often the protected branch moves', () => {
    const moved = { key: 'base-moved:1', kind: 'base-moved' as const, person: null, text: '' }
    const told = (before: ChangeRevision) =>
      whoIsTold(observed({ ...untested, before }), moved, { left: null, isWorn: false })
    expect(told({ ...revision, testedTree: 'tree' })).toMatchObject([
      { person: 'eve', kind: 'stopped' },
    ])
    expect(told({ ...revision, testedTree: 'before' })).toEqual([])
  })
})
