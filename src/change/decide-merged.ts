import { retryAt } from './blame.ts'
import { type DecidedChange, type StopReason, waitForSomebody } from './change-step.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'

const lookAgainAfter = 15_000

/** Told before a merge, when everything that it takes is there. */
export function mergingKey({ head, tree }: { head: string; tree: string | null }): string {
  return `merging:${head}:${tree}`
}

/** What is merged goes to the look at `audit` and is then offered to be deployed, or is stopped for good. */
export function decideMerged(observed: ObservedChange): DecidedChange {
  const { events, request, revision, seen, now } = observed
  const stopped = events.findLast(({ kind }) => kind === 'stopped')
  if (stopped !== undefined) {
    return { stage: 'stopped', told: [stopped.text], step: waitForSomebody }
  }
  if (request !== null) {
    return { stage: 'deployable', told: [sentences.deployable], step: waitForSomebody }
  }
  const isOurs = revision !== null && events.some(({ key }) => key === mergingKey(revision))
  if (!isOurs) return stop('merged-elsewhere')
  if (seen?.mergedTree === 'other') return stop('other-tree')
  if (seen !== null && seen.mergedTree === null) {
    const until = now + lookAgainAfter
    return { stage: 'waits-for-audit', told: [sentences.mergeUnseen], step: { do: 'wait', until } }
  }
  if (observed.auditWanted) return decideAudit(observed)
  return askToDeploy()
}

function decideAudit(observed: ObservedChange): DecidedChange {
  const { audit, now, events } = observed
  if (audit === null) {
    const told = [sentences.audit]
    return { stage: 'waits-for-audit', told, step: { do: 'start-audit', attempt: 1 } }
  }
  const tries = events.filter(({ kind }) => kind === 'audit-started')
  const startedAt = tries.at(-1)?.at ?? audit.startedAt
  const isOver = audit.state === 'done' || audit.fault !== null
  const toldAt = auditToldAt(observed, { startedAt, endedAt: isOver ? audit.endedAt : now })
  if (!isOver || toldAt > now) {
    const told = [sentences.audit, ...(toldAt > now ? [sentences.auditAnswersAt(toldAt)] : [])]
    const until = isOver ? toldAt : now + lookAgainAfter
    return { stage: 'waits-for-audit', told, step: { do: 'wait', until } }
  }
  if (audit.state === 'done') return audit.passed === true ? askToDeploy() : stop('audit')
  const at = retryAt({ attempt: tries.length, endedAt: startedAt })
  const sentence = at === null ? sentences.auditByHand : sentences.retryBySelf
  const decided = { stage: 'host-fault' as const, told: [sentences.auditFault, sentence] }
  if (at === null) return { ...decided, step: waitForSomebody }
  if (at > now) return { ...decided, step: { do: 'wait', until: at } }
  return { ...decided, step: { do: 'start-audit', attempt: tries.length + 1 } }
}

/**
 * When everybody is told how the look at `audit` ended: after the time that a gate has, or a multiple of it, as
 * far as it is known when it ended. How long it took would tell its author of hidden examples.
 * @param endedAt null: it failed by a fault of ours, at whatever time
 */
function auditToldAt(
  { answerEvery }: Pick<ObservedChange, 'answerEvery'>,
  { startedAt, endedAt }: { startedAt: number; endedAt: number | null },
): number {
  if (answerEvery === null) return startedAt
  const took = Math.max(0, (endedAt ?? startedAt) - startedAt)
  return startedAt + Math.max(1, Math.ceil(took / answerEvery)) * answerEvery
}

function askToDeploy(): DecidedChange {
  const told = [sentences.requesting]
  return { stage: 'waits-for-audit', told, step: { do: 'request-deployment' } }
}

function stop(why: StopReason): DecidedChange {
  return { stage: 'stopped', told: [sentences.stopped[why]], step: { do: 'stop', why } }
}
