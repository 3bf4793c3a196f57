import type { ChangeDecision, ChangeEvent } from '../schema/stored-change.ts'
import type { DecidedChange } from './change-step.ts'
import { isAbout, isOfGate, type NotCounted, whyNotCounted } from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import { dismissedKey, isDismissed } from './forge-reviews.ts'
import { refusalKey, unguardedText } from './merge-refusals.ts'
import type { ObservedChange } from './observed-change.ts'
import { listed } from './sentences.ts'
import { isUntested } from './untested-merge.ts'

export type NewChangeEvent = Omit<ChangeEvent, 'sequence' | 'at' | 'change'>

/**
 * What has to stand in the story of a change as it is now, and does not yet; in order. It follows from what is
 * kept, so that it is told once, wherever whoever was to tell it died.
 */
export function untold(observed: ObservedChange, decided: DecidedChange): NewChangeEvent[] {
  const told = new Set(observed.events.map(({ key }) => key))
  const all = [
    opened(observed),
    ...revisionEvents(observed),
    ...decisionEvents(observed),
    ...checkEvents(observed),
    ...stageEvents(observed, decided),
    ...guardEvents(observed, decided),
  ]
  return all.filter(({ key }) => !told.has(key))
}

/** Of a decision, whoever tells it first. */
export function decisionKey({ id }: Pick<ChangeDecision, 'id'>): string {
  return `decision:${id}`
}

function opened({ change }: ObservedChange): NewChangeEvent {
  return { key: 'opened', kind: 'opened', person: change.author, text: '' }
}

function revisionEvents(observed: ObservedChange): NewChangeEvent[] {
  const { change, revision, before } = observed
  if (revision === null) return []
  const { sequence, tree, conflicts } = revision
  const events: NewChangeEvent[] = []
  if (before !== null && before.head !== revision.head) {
    const key = `pushed:${sequence}`
    events.push({ key, kind: 'pushed', person: change.author, text: '' })
  } else if (before !== null && before.base !== revision.base) {
    const text = isUntested(observed, revision)
      ? 'The protected branch moved, and nothing has tested what would be merged now.'
      : 'The protected branch moved: what would be merged now is checked again.'
    events.push({ key: `base-moved:${sequence}`, kind: 'base-moved', person: null, text })
  }
  if (tree === null) {
    const text = `It cannot be merged: ${listed(conflicts)}.`
    events.push({ key: `conflict:${sequence}`, kind: 'conflict', person: null, text })
  }
  return events
}

const notCounted: Record<NotCounted, string> = {
  'own-change': 'Who proposes a change does not approve it.',
  'own-commits': 'Who wrote commits of a change does not approve it.',
  'own-question': 'Who asked the gate about its version does not approve it.',
  'no-approver':
    'It takes an approver; a custodian where files are touched that decide how changes are judged.',
  'too-many-commits': 'It has more commits than are looked at for who wrote them.',
}

const voided = {
  tree: 'It was for what would have been merged then; that is something else now.',
  gate: 'It was for what the gate had measured then; it has been asked anew since.',
}

function decisionEvents(observed: ObservedChange): NewChangeEvent[] {
  const { decisions, revision, change, gate } = observed
  return decisions.flatMap((one): NewChangeEvent[] => {
    const { id, person, decision } = one
    const said = { key: decisionKey(one), kind: decision, person, text: '' }
    if (change.state !== 'open') return [said]
    const isOfNow = isAbout(one, revision)
    if (isOfNow && isDismissed(observed, one)) {
      const text = 'It does not stand on the forge any more.'
      return [said, { key: dismissedKey(one), kind: 'approval-void', person, text }]
    }
    if (decision === 'changes-requested') return [said]
    if (!isOfNow || !isOfGate(one, gate)) {
      const text = isOfNow ? voided.gate : voided.tree
      return [said, { key: `void:${id}`, kind: 'approval-void', person, text }]
    }
    const why = whyNotCounted(observed, person)
    if (why === null) return [said]
    const text = notCounted[why]
    return [said, { key: `not-counted:${id}:${why}`, kind: 'approval-refused', person, text }]
  })
}

function checkEvents({ checks }: ObservedChange): NewChangeEvent[] {
  return checks.flatMap(({ name, tree, attempt, outcome, summary }): NewChangeEvent[] => {
    const of = `${name}:${tree}:${attempt}`
    const begun = { key: `started:${of}`, kind: 'check-started' as const, person: null, text: name }
    if (outcome === null) return [begun]
    const text = `${name}: ${summary ?? outcome}`
    return [begun, { key: `ended:${of}`, kind: 'check-ended', person: null, text }]
  })
}

/** That nothing is merged while the forge would let untested things onto its branch. */
function guardEvents({ revision, seen, now }: ObservedChange, { stage }: DecidedChange) {
  const guard = seen?.guard
  if (stage !== 'waits-for-rules' || guard === undefined || guard.holds || revision === null) {
    return []
  }
  const key = refusalKey(revision, guard.code, now)
  return [{ key, kind: 'merge-refused' as const, person: null, text: unguardedText(guard) }]
}

function stageEvents(
  { change, revision, checks, gate, request, audit, events: known }: ObservedChange,
  { stage, told, step }: DecidedChange,
): NewChangeEvent[] {
  const of = `${revision?.head}:${revision?.tree}`
  const text = told.join(' ')
  const events: NewChangeEvent[] = []
  if (stage === 'waits-for-approval') {
    const isAskedAnew = (newestOf(checks, 'gate')?.attempt ?? 1) > 1
    const key = isAskedAnew ? `waiting:${of}:${gate?.id}` : `waiting:${of}`
    events.push({ key, kind: 'approval-waiting', person: null, text })
  }
  const turns = known.filter(({ kind }) => kind === 'closed' || kind === 'reopened')
  const isClosed = turns.at(-1)?.kind === 'closed'
  if (isClosed !== (change.state === 'closed')) {
    const kind = isClosed ? 'reopened' : 'closed'
    events.push({ key: `${kind}:${turns.length}`, kind, person: null, text: '' })
  }
  if (change.state === 'merged' && change.mergedAs !== null) {
    const merged = `Merged as ${change.mergedAs}.`
    events.push({ key: 'merged', kind: 'merged', person: null, text: merged })
  }
  const isForSomebody = step.do === 'wait' && step.until === null
  if (change.state === 'merged' && stage === 'host-fault' && isForSomebody && audit !== null) {
    events.push({
      key: `audit-failed:${audit.startedAt}`,
      kind: 'audit-failed',
      person: null,
      text,
    })
  }
  if (request !== null) {
    const asked = `Its version ${request.version} may be deployed.`
    events.push({ key: 'deployment', kind: 'deployment-requested', person: null, text: asked })
  }
  return events
}
