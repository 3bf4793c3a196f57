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
  mergeTold,
  now,
  observed,
  revision,
} from '../../test/helpers/observed-change.ts'
import { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeRevision } from '../schema/stored-change.ts'
import { decideChange } from './decide-change.ts'
import { checksToTell } from './forge-checks.ts'
import { functionalConditions } from './functional-conditions.ts'
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
    revision: { ...revision, testedOn: 'head' as const },
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
      'that run, by what is kept here',
      'checking',
      { do: 'wait', until: now },
      on([], running(), { seen: null }),
    ],
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
  const onForge = { functionalBy: 'forge' as const, testsHere: false }
  const tested = (testedOn: ChangeRevision['testedOn']) => ({ ...revision, testedOn })
  const untested = { ...onForge, revision: tested('nothing') }
  const update = { stage: 'waits-for-update', told: [sentences.untested], step: wait }
  test.each<[string, Partial<ObservedChange>]>([
    ['is not begun with', { ...last([]), ...untested }],
    [
      'is not merged, also when somebody has approved it',
      { decisions: [decision('ada')], ...untested },
    ],
    ['is not merged when nobody has looked whether they have', { ...onForge, revision }],
  ])('%s', (...[, more]) => {
    expect(decide(more)).toMatchObject(update)
  })

  test.each<[string, Partial<ObservedChange>]>([
    ['on the head', { revision: tested('head') }],
    ['in a queue', { mergeQueue: true }],
  ])('is gone on with once it is tested %s', (...[, more]) => {
    expect(decide({ ...untested, ...more })).toMatchObject({ stage: 'waits-for-approval' })
  })

  test('is measured where we test it, and is updated before somebody approves it', () => {
    const here = { ...untested, testsHere: true }
    expect(decide({ ...here, ...last([]) })).toMatchObject({ stage: 'checking' })
    expect(decide({ ...here, decisions: [decision('ada')] })).toMatchObject({
      stage: 'waits-for-update',
      told: [sentences.behind],
      step: wait,
    })
  })

  test('is looked at where it was not yet, once', () => {
    const seen = seenAsKept()
    expect(decideChange(observed({ ...onForge, revision, seen })).step).toEqual({ do: 'look' })
    const known = observed({ ...untested, seen })
    expect(decideChange(known).step).toEqual(wait)
  })

  test('is told to the forge as a check that has not begun', () => {
    const one = observed(untested)
    const checks = checksToTell(one, decideChange(one))
    expect(checks.find(({ name }) => name === 'functional')).toMatchObject({
      state: 'queued',
      summary: sentences.untested,
    })
  })

  const moved = { key: 'base-moved:1', kind: 'base-moved' as const, person: null, text: '' }
  test('is told to its author once, however often the protected branch moves', () => {
    const told = (before: ChangeRevision) =>
      whoIsTold(observed({ ...untested, before }), moved, { left: null, isWorn: false })
    expect(told(tested('head'))).toMatchObject([{ person: 'eve', kind: 'stopped' }])
    expect(told(tested('nothing'))).toEqual([])
  })

  test('is told to its author when it is opened or pushed so', () => {
    for (const kind of ['opened', 'pushed'] as const) {
      const told = (more: Partial<ObservedChange>) =>
        whoIsTold(observed(more), { ...moved, kind }, { left: null, isWorn: false })
      expect(told(untested)).toMatchObject([{ person: 'eve', kind: 'stopped' }])
      expect(told({ ...onForge, revision: tested('head') })).toEqual([])
    }
  })
})

describe('what a merge queue has put together anew', () => {
  const runner = (name: string, passed: boolean | null) =>
    ({ name, state: passed === null ? 'running' : 'done', passed, url: null }) as const
  const inQueue = (
    runners: ReturnType<typeof runner>[],
    testedOn: ChangeRevision['testedOn'] = 'nothing',
  ) =>
    observed({
      change: { ...observed().change, isQueued: true },
      functionalBy: 'forge',
      testsHere: false,
      mergeQueue: true,
      revision: { ...revision, testedOn },
      decisions: [decision('ada')],
      events: [mergeTold()],
      seen: { ...seenAsKept(), queued: { commit: 'queued', runners } },
    })
  const told = (one: ObservedChange, name: string) =>
    checksToTell(one, decideChange(one))
      .filter((check_) => check_.name === name)
      .map(({ commit, state }) => `${commit} ${state}`)

  test.each<[string, ReturnType<typeof runner>[]]>([
    ['where no runner has come', []],
    ['while one runs', [runner('unit', true), runner('slow', null)]],
    ['where one has failed', [runner('unit', true), runner('other', false)]],
  ])('may be merged by nobody %s', (...[, runners]) => {
    const one = inQueue(runners)
    expect(decideChange(one)).toMatchObject({ stage: 'merging', told: [sentences.queueTests] })
    expect(told(one, 'approval')).toEqual(['head passed', 'queued queued'])
    expect(told(one, 'functional')).toEqual(['head passed', 'queued queued'])
    expect(told(one, 'gate')).toEqual(['head passed', 'queued passed'])
  })

  test('is kept as tested once they have passed, and may then be merged', () => {
    const passed = [runner('unit', true)]
    expect(decideChange(inQueue(passed)).step).toEqual({ do: 'note-queue-tests' })
    const named = { ...inQueue(passed), functionalChecks: ['unit', 'other'] }
    expect(decideChange(named)).toMatchObject({ told: [sentences.queueTests] })
    const kept = inQueue(passed, 'queue')
    expect(decideChange(kept)).toMatchObject({ told: [sentences.queued], step: { do: 'wait' } })
    expect(told(kept, 'approval')).toEqual(['head passed', 'queued passed'])
  })

  test('is as good as tested where it is what they tested on the head, or where we test it', () => {
    expect(told(inQueue([], 'head'), 'approval')).toEqual(['head passed', 'queued passed'])
    const here = { ...inQueue([]), testsHere: true }
    expect(told(here, 'approval')).toEqual(['head passed', 'queued passed'])
  })

  test('is stopped where the queue has merged it all the same', () => {
    const merged = (testedOn: ChangeRevision['testedOn']) =>
      decideChange({
        ...inQueue([], testedOn),
        change: { ...observed().change, state: 'merged', mergedAs: 'commit' },
        seen: null,
      })
    expect(merged('nothing')).toMatchObject({ step: { do: 'stop', why: 'untested' } })
    expect(merged('queue')).toMatchObject({ step: { do: 'start-audit' } })
  })
})

describe('functional tests that were passed', () => {
  const passedThen = check('functional', { conditions: 'then' })
  test.each<[string, Partial<ObservedChange>]>([
    ['before the server was configured otherwise', { checks: allPassed.with(0, passedThen) }],
    [
      'before it was kept what they were',
      { checks: allPassed.with(0, check('functional', { conditions: null })) },
    ],
  ])('%s are run again', (...[, more]) => {
    expect(decide({ decisions: [decision('ada')], ...more })).toMatchObject(
      asIn('checking', { do: 'start-check', name: 'functional', attempt: 2 }),
    )
  })

  test('are others with another command, other checks, or with a merge queue', () => {
    const github = { kind: 'github' as const, repository: 'acme/reviews' }
    const settings = (functional: object, forge: object = {}) =>
      functionalConditions(
        ChangeSettings.parse({ ...functional, forge: { ...github, ...forge } }),
        { testedOn: 'nothing' },
      )
    const all = [
      settings({}),
      settings({ functional: { command: ['a'] } }),
      settings({ functional: { command: ['b'] } }),
      settings({}, { functionalChecks: ['unit'] }),
      settings({}, { mergeQueue: true }),
    ]
    expect(new Set(all).size).toBe(all.length)
    const order = (functionalChecks: string[]) => settings({}, { functionalChecks })
    expect(order(['a', 'b'])).toBe(order(['b', 'a']))
    const slower = { functional: { command: ['a'], seconds: 9 } }
    expect(settings(slower)).toBe(all[1])
  })

  test('are others on a head that has all of the protected branch, which gives the same tree', () => {
    const forge = { kind: 'github' as const, repository: 'acme/reviews', mergeQueue: true }
    const on = (testedOn: ChangeRevision['testedOn']) =>
      functionalConditions(ChangeSettings.parse({ forge }), { testedOn })
    expect(on('head')).not.toBe(on('nothing'))
    expect(on('queue')).toBe(on('nothing'))
  })
})
