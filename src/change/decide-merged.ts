import type { ChangeEvent } from '../schema/stored-change.ts'
import { auditTooSmall } from '../gate/audit-gate.ts'
import { isAuthorHeldAsMerged } from './author-hold.ts'
import { retryAt } from './blame.ts'
import { isApprovedAsMerged, provenBy } from './count-approvals.ts'
import { type DecidedChange, type StopReason, waitForSomebody } from './change-step.ts'
import { isMergeTold } from './merge-told.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'
import { isUntestedInQueue } from './untested-merge.ts'

const lookAgainAfter = 15_000

/** Keys of what was told of a stop. */
const stoppedAt = { audit: 'stopped:audit:', other: 'stopped' }

/** What is merged goes to the look at `audit` and is then offered to be deployed, or is stopped for good. */
export function decideMerged(observed: ObservedChange): DecidedChange {
  const { events, request, revision, seen, now } = observed
  const stopped = events.findLast(({ kind }) => kind === 'stopped')
  if (stopped !== undefined && !isAuditedAgain(observed, stopped)) {
    return { stage: 'stopped', told: [stopped.text], step: waitForSomebody }
  }
  if (request !== null) {
    return { stage: 'deployable', told: [sentences.deployable], step: waitForSomebody }
  }
  if (!isMergeTold(observed)) return stop('merged-elsewhere')
  // Somebody has merged by hand what an approver did not want any more, or what was held.
  if (!isApprovedAsMerged(observed) || isAuthorHeldAsMerged(observed)) {
    return stop('merged-elsewhere')
  }
  if (seen?.mergedTree === 'other') return stop('other-tree')
  if (revision !== null && isUntestedInQueue(observed, revision) && revision.testedOn !== null) {
    return stop('untested')
  }
  if (seen !== null && seen.mergedTree === null) {
    const until = now + lookAgainAfter
    return { stage: 'waits-for-audit', told: [sentences.mergeUnseen], step: { do: 'wait', until } }
  }
  // Before anything hidden is read for it.
  if (provenBy(observed) === null) return stop('receipt')
  if (observed.auditWanted) return decideAudit(observed)
  return askToDeploy()
}

/** A custodian had begun what was stopped there once more. */
function isAuditedAgain({ audit }: ObservedChange, { key, at }: ChangeEvent): boolean {
  return key.startsWith(stoppedAt.audit) && audit !== null && audit.startedAt > at
}

/** What was stopped is told once: by the look at `audit`, once for each. */
export function stoppedKey({ audit }: Pick<ObservedChange, 'audit'>, why: StopReason): string {
  return why === 'audit' ? `${stoppedAt.audit}${audit?.startedAt}` : stoppedAt.other
}

/**
 * How the look at `audit` ended is told at its time, whenever that was. What went wrong once its candidate was shown
 * something hidden, its author may have brought about on a word: so it is told as if it were worse, and custodians
 * see why.
 */
function decideAudit(observed: ObservedChange): DecidedChange {
  const { audit, now, events } = observed
  if (audit === null) {
    const told = [sentences.audit]
    return { stage: 'waits-for-audit', told, step: { do: 'start-audit', attempt: 1 } }
  }
  const { state, passed, fault, startedAt, dueAt, candidateAt } = audit
  const isOver = state === 'done' || fault !== null
  if (!isOver || (dueAt ?? now) > now) {
    const told = [sentences.audit, ...(dueAt === null ? [] : [sentences.auditAnswersAt(dueAt)])]
    const until = dueAt ?? now + lookAgainAfter
    return { stage: 'waits-for-audit', told, step: { do: 'wait', until } }
  }
  if (state === 'done') return passed === true ? askToDeploy() : stop('audit')
  if (dueAt !== null && candidateAt !== null) return stop('audit')
  // Known of what is in production alone, and the same however often it is tried.
  if (fault === auditTooSmall) {
    const told = [sentences.auditTooSmall, sentences.auditAgain]
    return { stage: 'host-fault', told, step: waitForSomebody }
  }
  const attempts = events.filter(({ kind }) => kind === 'audit-started').length
  // One that a custodian began is a first try, too.
  const at = retryAt({ attempt: Math.max(1, attempts), endedAt: dueAt ?? startedAt })
  const sentence = at === null ? sentences.auditByHand : sentences.retryBySelf
  const decided = { stage: 'host-fault' as const, told: [sentences.auditFault, sentence] }
  if (at === null) return { ...decided, step: waitForSomebody }
  if (at > now) return { ...decided, step: { do: 'wait', until: at } }
  return { ...decided, step: { do: 'start-audit', attempt: attempts + 1 } }
}

function askToDeploy(): DecidedChange {
  const told = [sentences.requesting]
  return { stage: 'waits-for-audit', told, step: { do: 'request-deployment' } }
}

function stop(why: StopReason): DecidedChange {
  return { stage: 'stopped', told: [sentences.stopped[why]], step: { do: 'stop', why } }
}
