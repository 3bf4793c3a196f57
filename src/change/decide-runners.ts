import type { ChangeCheck } from '../schema/stored-change.ts'
import type { ChangeStep } from './change-step.ts'
import type { RunnerCheck } from './forge/forge.ts'
import type { ObservedChange } from './observed-change.ts'
import { isUntestedInQueue } from './untested-merge.ts'

const minute = 60_000

/** How soon runners are looked at again that tell nobody when they are done: a tenth of what they took so far. */
const lookAgain = { soonest: minute / 2, latest: 5 * minute }
/** Those that failed, after a tenth of the time since; once an hour everything is looked at anyway. */
const lookAgainAtFailed = { ...lookAgain, latest: 60 * minute }

/** A runner that was not even queued after so long will not come: nobody has set it up, or its file is broken. */
const missingAfter = 20 * minute
/** Longer than hosted runners let a job run by default is nobody's test. */
const slowAfter = 6 * 60 * minute

/** What the forge's own runners ask for, whose word the functional tests are there. */
export function decideRunners(observed: ObservedChange, check: ChangeCheck): ChangeStep {
  const { seen, now } = observed
  // They go on by themselves; how far they are only the forge knows, and it has to be asked.
  if (seen === null) return { do: 'wait', until: now }
  const { counted, missing } = runnersOf(observed)
  const failed = counted.find(hasFailed)
  if (failed !== undefined) {
    const where = failed.url === null ? '' : ` Its log: ${failed.url}`
    return fail(check, 'runners-failed', `The check ${failed.name} of the forge failed.${where}`)
  }
  const isAllThere = missing.length === 0 && counted.length > 0
  if (isAllThere && counted.every(({ state }) => state === 'done')) return { do: 'advance', check }
  const lateAt = check.startedAt + (isAllThere ? slowAfter : missingAfter)
  if (lateAt > now) {
    return { do: 'wait', until: Math.min(lateAt, now + tenthOf(now - check.startedAt, lookAgain)) }
  }
  if (isAllThere) {
    const names = counted.filter(({ state }) => state !== 'done').map(({ name }) => name)
    return fail(check, 'runners-slow', `Not done after 6 hours: ${names.join(', ')}.`)
  }
  const names = missing.length === 0 ? 'no check at all' : missing.join(', ')
  return fail(
    check,
    'runners-missing',
    `The forge was to run tests of this commit and did not begin within 20 minutes; missing: ${names}.`,
  )
}

function tenthOf(time: number, { soonest, latest }: typeof lookAgain): number {
  return Math.round(Math.min(latest, Math.max(soonest, time / 10)))
}

/** Whoever has failed runners run again tells nobody. */
export function waitForRerun(
  { seen, now }: Pick<ObservedChange, 'seen' | 'now'>,
  { cause, endedAt }: Pick<ChangeCheck, 'cause' | 'endedAt'>,
): ChangeStep {
  const isOfRunners = cause?.startsWith('runners-') === true
  // Without a word from the forge nobody knows whether they were.
  if (!isOfRunners || seen === null) return { do: 'wait', until: null }
  return { do: 'wait', until: now + tenthOf(now - (endedAt ?? now), lookAgainAtFailed) }
}

function hasFailed({ state, passed }: RunnerCheck): boolean {
  return state === 'done' && passed !== true
}

/** Whether what was passed would not be any more: one that began later, or was run again. */
export function runnersFailedSince(
  observed: ObservedChange,
  { outcome }: Pick<ChangeCheck, 'outcome'>,
): boolean {
  const { functionalBy } = observed
  if (functionalBy !== 'forge' || outcome !== 'pass') return false
  return runnersOf(observed).counted.some(hasFailed)
}

/** Whether what failed because of the runners would pass by now. */
export function runnersPassedSince(
  observed: ObservedChange,
  { cause }: Pick<ChangeCheck, 'cause'>,
): boolean {
  if (observed.seen === null || cause?.startsWith('runners-') !== true) return false
  return isAllPassed(runnersOf(observed))
}

/** Whether the runners of a merge queue have passed, by now, what it would merge, and that is not kept yet. */
export function passedInQueue(observed: ObservedChange): boolean {
  const { revision, seen, functionalChecks } = observed
  if (revision === null || seen?.queued === undefined) return false
  if (!isUntestedInQueue(observed, revision)) return false
  return isAllPassed(runnersIn(seen.queued.runners, functionalChecks))
}

type Runners = { counted: RunnerCheck[]; missing: string[] }

function isAllPassed({ counted, missing }: Runners): boolean {
  const isPassed = counted.every(({ state, passed }) => state === 'done' && passed === true)
  return missing.length === 0 && counted.length > 0 && isPassed
}

function runnersOf({ seen, functionalChecks }: ObservedChange): Runners {
  return runnersIn(seen?.runners ?? [], functionalChecks)
}

function runnersIn(
  all: RunnerCheck[],
  functionalChecks: ObservedChange['functionalChecks'],
): Runners {
  if (functionalChecks === null) return { counted: all, missing: [] }
  const counted = all.filter(({ name }) => functionalChecks.includes(name))
  const there = new Set(counted.map(({ name }) => name))
  return { counted, missing: functionalChecks.filter((name) => !there.has(name)) }
}

function fail(check: ChangeCheck, cause: string, summary: string): ChangeStep {
  const end = { outcome: 'fail', cause, summary, log: null, subject: null } as const
  return { do: 'end-check', check, end }
}
