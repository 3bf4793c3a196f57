import type { ChangeStage } from '../schema/change-views.ts'
import type { ChangeEvent } from '../schema/stored-change.ts'
import { type ChangeStep, type DecidedChange, waitForSomebody } from './change-step.ts'
import { countApprovals } from './count-approvals.ts'
import { changesWanted, decideCheck } from './decide-check.ts'
import { decideMerged, isMergeTold } from './decide-merged.ts'
import { reviewToRecord } from './forge-reviews.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import { sentences } from './sentences.ts'
import { isUntested } from './untested-merge.ts'

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
  const { change, revision } = observed
  if (change.state === 'merged') return null
  if (seen.state !== change.state) {
    return { do: 'note-state', state: seen.state, mergedAs: seen.mergedAs }
  }
  if (change.state === 'closed') return null
  const isNew = revision === null || revision.head !== seen.head || revision.base !== seen.base
  const isTold =
    change.title === seen.title &&
    change.description === seen.description &&
    change.author === seen.authorHere
  if (isNew || !isTold) return { do: 'look' }
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
  if (approver === null) {
    const missing = observed.isSolo ? sentences.missingAlone : sentences.missing[needed]
    const told = [missing, ...tooMany(observed)]
    return { stage: 'waits-for-approval', told, step: waitForSomebody }
  }
  const cleared = { approver, override }
  if (!isMergeTold(observed)) {
    return { stage: 'merging', told: [sentences.merging], step: { do: 'tell-merge', ...cleared } }
  }
  const isQueued = observed.seen?.queued !== undefined
  if (isQueued || observed.mergeQueue) {
    const until = observed.now + lookAtQueueAfter
    const told = [isQueued ? sentences.queued : sentences.toBeQueued]
    return { stage: 'merging', told, step: { do: 'wait', until } }
  }
  const refused = newestRefusal(observed)
  if (refused !== null && refused.at + mergeAgainAfter > observed.now) {
    const told = [sentences.mergeRefused(refused.text)]
    const until = refused.at + mergeAgainAfter
    return { stage: 'merge-refused', told, step: { do: 'wait', until } }
  }
  return { stage: 'merging', told: [sentences.merging], step: { do: 'merge', ...cleared } }
}

function tooMany({ revision, mostCommits, isSolo }: ObservedChange): string[] {
  const commits = revision?.commits ?? 0
  return commits > mostCommits && !isSolo ? [sentences.tooManyCommits(commits, mostCommits)] : []
}

/** What the forge said the last time that it did not let us merge this head into this base. */
function newestRefusal({ events, revision }: ObservedChange): ChangeEvent | null {
  const of = `refused-merge:${revision?.head}:${revision?.base}:`
  return events.findLast(({ key }) => key.startsWith(of)) ?? null
}
