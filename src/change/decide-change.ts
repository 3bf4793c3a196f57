import type { ChangeStage } from '../schema/change-views.ts'
import { type ChangeStep, type DecidedChange, waitForSomebody } from './change-step.ts'
import { countApprovals } from './count-approvals.ts'
import { changesWanted, decideCheck } from './decide-check.ts'
import { decideMerged } from './decide-merged.ts'
import { passedInQueue } from './decide-runners.ts'
import { reviewToRecord } from './forge-reviews.ts'
import { isMergeToldOf } from './merge-told.ts'
import { isOfGuard, newestRefusal, unguardedText } from './merge-refusals.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import { sentences } from './sentences.ts'
import { isBehind, isLookedThrough, isUntested, isUntestedInQueue } from './untested-merge.ts'

/** A merge that the forge did not let us do is tried again after so long, and not before: rules of it change by hand. */
const mergeAgainAfter = 10 * 60_000
/** What the forge's own queue does with a change wakes nobody. */
const lookAtQueueAfter = 60_000

/** Where a change is and what is done next, from everything that is known of it. */
export function decideChange(observed: ObservedChange): DecidedChange {
  const known = decideKnown(observed)
  const news = observed.seen === null ? null : noticeForge(observed, observed.seen)
  return news === null ? known : { ...known, step: news }
}

/** Where a change is, for lists. */
export function stageOf(observed: ObservedChange): ChangeStage {
  return decideKnown(observed).stage
}

/** What the forge shows that is not kept here yet; null: nothing. */
function noticeForge(observed: ObservedChange, seen: SeenOnForge): ChangeStep | null {
  const { change } = observed
  if (change.state === 'merged') return null
  if (seen.state !== change.state) {
    const review = seen.state === 'merged' ? reviewToRecord(observed, seen) : null
    if (review !== null) return { do: 'record-review', review }
    return { do: 'note-state', state: seen.state, mergedAs: seen.mergedAs }
  }
  if (change.state === 'closed') return null
  const isTold =
    change.title === seen.title &&
    change.description === seen.description &&
    change.author === seen.authorHere &&
    change.isQueued === isQueuedNow(observed)
  if (!isLookedThrough(observed, seen) || !isTold) return { do: 'look' }
  if (passedInQueue(observed)) return { do: 'note-queue-tests' }
  const review = reviewToRecord(observed, seen)
  return review === null ? null : { do: 'record-review', review }
}

function decideKnown(observed: ObservedChange): DecidedChange {
  switch (observed.change.state) {
    case 'closed':
      return { stage: 'closed', told: [sentences.closed], step: waitForSomebody }
    case 'merged':
      return decideMerged(observed)
    case 'open':
      return decideOpen(observed)
  }
}

function decideOpen(observed: ObservedChange): DecidedChange {
  const { change, revision, roles } = observed
  if (revision === null)
    return { stage: 'checking', told: [sentences.lookedAt], step: { do: 'look' } }
  const author = change.author === null ? undefined : roles.get(change.author)
  if (!author?.includes('engineer')) {
    const told = [author === undefined ? sentences.authorUnknown : sentences.noEngineer]
    return { stage: 'not-an-engineer', told, step: waitForSomebody }
  }
  if (revision.tree === null) {
    const told = [sentences.conflict(revision.conflicts)]
    return { stage: 'conflict', told, step: waitForSomebody }
  }
  if (isUntested(observed, revision)) {
    return { stage: 'waits-for-update', told: [sentences.untested], step: waitForSomebody }
  }
  const approvals = countApprovals(observed)
  for (const name of ['functional', 'infrastructure', 'evaluation', 'gate'] as const) {
    const decided = decideCheck(observed, name, approvals)
    if (decided !== null) return decided
  }
  return decideApproved(observed, approvals)
}

function decideApproved(
  observed: ObservedChange,
  { changesRequested, approver, override, needed }: ReturnType<typeof countApprovals>,
): DecidedChange {
  if (changesRequested) return changesWanted()
  const { revision } = observed
  if (revision !== null && isBehind(observed, revision)) {
    return { stage: 'waits-for-update', told: [sentences.behind], step: waitForSomebody }
  }
  if (approver === null) {
    const missing = observed.isSolo ? sentences.missingAlone : sentences.missing[needed]
    const told = [missing, ...tooMany(observed)]
    return { stage: 'waits-for-approval', told, step: waitForSomebody }
  }
  const unguarded = decideUnguarded(observed)
  if (unguarded !== null) return unguarded
  const cleared = { approver, override }
  if (!isMergeToldOf(observed, cleared)) {
    return { stage: 'merging', told: [sentences.merging], step: { do: 'tell-merge', ...cleared } }
  }
  const isQueued = isQueuedNow(observed)
  if (isQueued || observed.mergeQueue) {
    const told = [isQueued ? queuedAs(observed) : sentences.toBeQueued]
    return { stage: 'merging', told, step: { do: 'wait', until: untilQueueIsSeen(observed) } }
  }
  const refused = newestRefusal(observed)
  const until = refused === null ? 0 : refused.at + mergeAgainAfter
  if (refused !== null && until > observed.now) {
    const told = [sentences.mergeRefused(refused.text)]
    return { stage: 'merge-refused', told, step: { do: 'wait', until } }
  }
  return { stage: 'merging', told: [sentences.merging], step: { do: 'merge', ...cleared } }
}

/**
 * While the forge would let untested things onto its branch, nothing is told or done by which anybody could merge.
 * Null: it does not, or that is to be asked.
 */
function decideUnguarded(observed: ObservedChange): DecidedChange | null {
  const guard = observed.seen?.guard
  if (guard?.holds === true) return null
  if (guard !== undefined) return unguarded(unguardedText(guard), { do: 'note-unguarded', guard })
  const known = newestRefusal(observed)
  if (known === null || !isOfGuard(known)) return null
  const until = known.at + mergeAgainAfter
  return until > observed.now ? unguarded(known.text, { do: 'wait', until }) : null
}

function unguarded(text: string, step: ChangeStep): DecidedChange {
  return { stage: 'waits-for-rules', told: [text, sentences.rulesAgain], step }
}

function isQueuedNow({ seen, change }: ObservedChange): boolean {
  return seen === null ? change.isQueued : seen.queued !== undefined
}

/** By what is kept here nothing is over: the forge has to be asked. Into its queue somebody adds it. */
function untilQueueIsSeen(observed: ObservedChange): number | null {
  const { seen, now } = observed
  if (seen !== null) return now + lookAtQueueAfter
  return isQueuedNow(observed) ? now : null
}

function queuedAs(observed: ObservedChange): string {
  const { revision } = observed
  const isUntestedThere = revision !== null && isUntestedInQueue(observed, revision)
  return isUntestedThere ? sentences.queueTests : sentences.queued
}

function tooMany({ revision, mostCommits, isSolo }: ObservedChange): string[] {
  const commits = revision?.commits ?? 0
  return commits > mostCommits && !isSolo ? [sentences.tooManyCommits(commits, mostCommits)] : []
}
