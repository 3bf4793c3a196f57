import type { ChangeCheck } from '../schema/stored-change.ts'
import type { DecidedChange, StartedCheck } from './change-step.ts'
import { countApprovals } from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import { isMergeToldOf } from './merge-told.ts'
import type { ForgeCheck } from './forge/forge.ts'
import type { ObservedChange } from './observed-change.ts'
import { listed, sentences } from './sentences.ts'
import { isUntested, isUntestedInQueue } from './untested-merge.ts'

const approvalTitle = 'Approval'

export const titles = {
  mergeable: 'Can be merged',
  functional: 'Functional tests',
  infrastructure: 'Environment of the gate',
  evaluation: 'Measured on the split evaluation',
  gate: 'Gate',
}

export const startedChecks: readonly StartedCheck[] = [
  'functional',
  'infrastructure',
  'evaluation',
  'gate',
]

/** What the forge and everybody there is told instead of the gate's answer: no more than that somebody decided. */
export const overridden = 'It was overridden by an approver.'

/** The forge merges nothing whose checks are not all passed, so that what an approver has decided passes. */
export function isOverridden(observed: ObservedChange): boolean {
  return countApprovals(observed).override !== null
}

/** Of the commit that was pushed, and of the one by which a queue would merge it. */
export function checksToTell(observed: ObservedChange, decided: DecidedChange): ForgeCheck[] {
  const { revision, checks, seen } = observed
  if (revision === null) return []
  const { head, tree, conflicts } = revision
  const mergeable = {
    name: 'mergeable' as const,
    state: tree === null ? ('failed' as const) : ('passed' as const),
    title: titles.mergeable,
    summary: tree === null ? `It cannot be merged: ${listed(conflicts)}.` : `Tree ${tree}.`,
  }
  const others = startedChecks.map((name) => {
    const newest = newestOf(checks, name)
    const title = titles[name]
    if (name === 'gate' && isOverridden(observed)) {
      return { name, state: 'passed' as const, title, summary: overridden }
    }
    if (name === 'functional' && isUntested(observed, revision)) {
      return { name, state: 'queued' as const, title, summary: sentences.untested }
    }
    return { name, state: stateOf(newest), title, summary: newest?.summary ?? '' }
  })
  const approval = approvalToTell(observed, decided)
  const all = [mergeable, ...others, approval]
  const ofHead = all.map((one) => ({ ...one, commit: head }))
  if (seen?.queued === undefined) return ofHead
  const { commit } = seen.queued
  const wait = { state: 'queued' as const, summary: sentences.queueTests }
  const waits = isUntestedInQueue(observed, revision)
  const isOfTests = (name: string): boolean => name === 'functional' || name === 'approval'
  const ofQueue = all.map((one) => ({ ...one, commit, ...(waits && isOfTests(one.name) && wait) }))
  return [...ofHead, ...ofQueue]
}

/**
 * Passed from the moment on when it is merged, by us or by the forge's own queue: by then the story says so, and
 * what is merged is known as ours.
 */
function approvalToTell(
  observed: ObservedChange,
  { stage }: DecidedChange,
): Omit<ForgeCheck, 'commit'> {
  const of = { name: 'approval' as const, title: approvalTitle }
  if (stage === 'changes-requested') {
    return { ...of, state: 'failed', summary: sentences.changesRequested }
  }
  const isMerging = stage === 'merging' || stage === 'merge-refused'
  if (isMerging && isMergeToldNow(observed)) {
    return { ...of, state: 'passed', summary: 'It is approved.' }
  }
  return { ...of, state: 'queued', summary: '' }
}

/** On the word of whoever lets it be merged now. */
function isMergeToldNow(observed: ObservedChange): boolean {
  const { approver, override } = countApprovals(observed)
  return approver !== null && isMergeToldOf(observed, { approver, override })
}

function stateOf(check: ChangeCheck | undefined): ForgeCheck['state'] {
  if (check === undefined) return 'queued'
  switch (check.outcome) {
    case null:
      return 'running'
    case 'pass':
      return 'passed'
    case 'skipped':
      return 'skipped'
    case 'fail':
    case 'cannot-tell':
      return 'failed'
  }
}
