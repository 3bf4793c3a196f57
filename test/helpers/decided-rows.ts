import { expect } from 'vitest'
import type { DecidedChange } from '../../src/change/change-step.ts'
import { decideChange, stageOf } from '../../src/change/decide-change.ts'
import type { ObservedChange } from '../../src/change/observed-change.ts'
import { allPassed, check, decision, doubtfulGate, observed, revision } from './observed-change.ts'

/** What is decided of one that passed everything, with something else about it. */
export type Row = [name: string, stage: string, step: object, more: Partial<ObservedChange>]

export const { change } = observed()
export const wait = { do: 'wait', until: null }
export const minute = 60_000
export const solo: Pick<ObservedChange, 'isSolo' | 'roles'> = {
  isSolo: true,
  roles: new Map([['eve', ['engineer', 'approver', 'custodian']]]),
}
/** How a merge begins. */
export const merge = (approver: string) => ({ do: 'tell-merge', approver })
export const failed = (cause: string, more = {}) => ({ outcome: 'fail' as const, cause, ...more })
export const doubt = {
  checks: allPassed.with(3, check('gate', failed('quality'))),
  gate: doubtfulGate,
}
export const override = (more = {}) =>
  decision('ada', { decision: 'overridden', gate: 'gate', reason: 'Few letters.', ...more })
export const last = (checks: ObservedChange['checks']) => ({ checks })
export const upTo = (count: number, ...more: ObservedChange['checks']) =>
  last([...allPassed.slice(0, count), ...more])

/** What is decided, and where a list says that it is. */
export function decide(more: Partial<ObservedChange>): DecidedChange & { listed: string } {
  return { ...decideChange(observed(more)), listed: stageOf(observed(more)) }
}

/** As a row says, in at least one sentence. */
export function asIn(stage: string, step: object) {
  return { stage, step, listed: stage, told: expect.arrayContaining([expect.any(String)]) }
}

/** The forge with what is kept already. */
export function seenAsKept(): NonNullable<ObservedChange['seen']> {
  return {
    reference: 'branch',
    title: change.title,
    description: change.description,
    branch: change.branch,
    author: 'eve',
    authorHere: 'eve',
    writers: [],
    writerAddresses: [],
    state: 'open',
    head: revision.head,
    base: revision.base,
    commits: revision.commits,
    mergedAs: null,
    reviews: [],
    standing: new Set(),
    newReviews: [],
    runners: [],
    mergedTree: null,
  }
}
