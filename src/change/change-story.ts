import { type ChangeEvent, Decision } from '../schema/stored-change.ts'
import { authorHeldKey, resumedKey } from './author-hold.ts'
import type { DecidedChange } from './change-step.ts'
import {
  countsByNowKey,
  decisionKey,
  deciders,
  isAbout,
  isDecisionTold,
  isOfGate,
  type NotCounted,
  notCountedKey,
  whyNotCounted,
} from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import { dismissedKey, isDismissed } from './forge-reviews.ts'
import type { ObservedChange } from './observed-change.ts'
import { listed, sentences } from './sentences.ts'
import { isUntested } from './untested-merge.ts'

export type NewChangeEvent = Omit<ChangeEvent, 'sequence' | 'at' | 'change'>

/**
 * What has to stand in the story of a change as it is now, and does not yet; in order. It follows from what is
 * kept, so that it is told once, wherever whoever was to tell it died.
 */
export function untold(observed: ObservedChange, decided: DecidedChange): NewChangeEvent[] {
  const told = new Set(observed.events.map(({ key }) => key))
  const before = [
    opened(observed),
    ...revisionEvents(observed),
    ...decisionEvents(observed),
    ...checkEvents(observed),
    ...stateEvents(observed),
  ].filter(({ key }) => !told.has(key))
  const story = [...observed.events, ...before]
  const stage = stageEvents(observed, decided, story)
  return [...before, ...stage.filter(({ key }) => !told.has(key))]
}

/**
 * What had become of what people said when it was merged, as the forge shows it: of what was told before, only that it
 * was taken back there. Who may decide is told while it is open.
 */
export function untoldOfReviews(observed: ObservedChange): NewChangeEvent[] {
  const told = new Set(observed.events.map(({ key }) => key))
  const whileOpen = { ...observed.change, state: 'open' as const }
  return decisionEvents({ ...observed, change: whileOpen }).filter(
    ({ key }) => !told.has(key) && !key.startsWith('counts-'),
  )
}

/** What people said, and what has become of it. */
const ofDecisions: ReadonlySet<ChangeEvent['kind']> = new Set([
  ...Decision.options,
  'approval-void',
  'approval-refused',
  'approval-counts',
])

/**
 * What is told at once or not at all: a decision of which it is not known yet that it does not count would be taken
 * for one that did, and of several that were taken back one for one that stands.
 */
export function together(events: readonly NewChangeEvent[]): NewChangeEvent[][] {
  const groups: NewChangeEvent[][] = []
  for (const event of events) {
    const last = groups.at(-1)
    const isOne = ofDecisions.has(event.kind) && ofDecisions.has(last?.[0]?.kind ?? 'opened')
    if (isOne) last?.push(event)
    else groups.push([event])
  }
  return groups
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
    // Roles that people have got since are nothing to what they said while it was open.
    if (change.state !== 'open' && isDecisionTold(observed, one)) return []
    const isOfNow = isAbout(one, revision)
    if (isOfNow && isDismissed(observed, one)) {
      const text = 'It does not stand on the forge any more.'
      return [said, { key: dismissedKey(one), kind: 'approval-void', person, text }]
    }
    if (decision === 'changes-requested' && !isOfNow) return [said]
    if (!isOfNow || !isOfGate(one, gate)) {
      const text = isOfNow ? voided.gate : voided.tree
      return [said, { key: `void:${id}`, kind: 'approval-void', person, text }]
    }
    const why = whyNotCounted(observed, person)
    if (why === null) {
      const key = countsByNowKey(observed, one)
      return key === null ? [said] : [said, { key, kind: 'approval-counts', person, text: '' }]
    }
    const text = notCounted[why]
    const key = notCountedKey(observed, one, why)
    return [said, { key, kind: 'approval-refused', person, text }]
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

/** That it was closed, opened again or merged on the forge. */
function stateEvents({ change, events }: ObservedChange): NewChangeEvent[] {
  const turns = turnsOf(events)
  const isClosed = turns.at(-1)?.kind === 'closed'
  if (isClosed !== (change.state === 'closed')) {
    const kind = isClosed ? 'reopened' : 'closed'
    return [{ key: `${kind}:${turns.length}`, kind, person: null, text: '' }]
  }
  if (change.state !== 'merged' || change.mergedAs === null) return []
  return [{ key: 'merged', kind: 'merged', person: null, text: `Merged as ${change.mergedAs}.` }]
}

/** Each time that it was closed and opened again. */
export function turnsOf<E extends Pick<ChangeEvent, 'kind'>>(events: readonly E[]): E[] {
  return events.filter(({ kind }) => kind === 'closed' || kind === 'reopened')
}

type Story = readonly Pick<ChangeEvent, 'key' | 'kind' | 'person'>[]

/** @param story with what is about to be told */
function stageEvents(
  observed: ObservedChange,
  decided: DecidedChange,
  story: Story,
): NewChangeEvent[] {
  const { change, request, audit } = observed
  const { stage, told, step } = decided
  const text = told.join(' ')
  const events = resumedEvents(observed, decided)
  if (stage === 'waits-for-approval') {
    events.push({ key: waitingKey(observed, story), kind: 'approval-waiting', person: null, text })
  }
  const held = heldKey(observed, decided)
  if (held !== null) events.push({ key: held, kind: 'held', person: null, text })
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

function resumedEvents(observed: ObservedChange, { stage }: DecidedChange): NewChangeEvent[] {
  if (observed.change.state !== 'open' || stage === 'not-an-engineer') return []
  const key = resumedKey(observed)
  const text = 'Whoever proposed it is an engineer here: it goes on.'
  return key === null ? [] : [{ key, kind: 'resumed', person: null, text }]
}

/** What ends a wait for approval, or takes back what ended one. */
const endsWait: ReadonlySet<ChangeEvent['kind']> = new Set([
  'approval-void',
  'merging',
  'closed',
  'reopened',
])

/**
 * Of a wait for approval: of what would be merged, by what the gate has measured, and since it last did not wait. So
 * whoever decides is told again where an approval or a wish for changes does not stand any more.
 */
function waitingKey({ revision, checks, gate }: ObservedChange, story: Story): string {
  const of = `waiting:${revision?.head}:${revision?.tree}`
  const isAskedAnew = (newestOf(checks, 'gate')?.attempt ?? 1) > 1
  const first = isAskedAnew ? `${of}:${gate?.id}` : of
  const last = story.findLastIndex(
    ({ key, kind }) =>
      kind === 'approval-waiting' && (key === first || key.startsWith(`${first}:again:`)),
  )
  if (last < 0) return first
  const ended = story
    .slice(last + 1)
    .findLast(({ key, kind }) => endsWait.has(kind) || key.startsWith('counts-no-more:'))
  return ended === undefined ? (story[last]?.key ?? first) : `${first}:again:${ended.key}`
}

/** Who decides by now about what waits, and was not asked when it began to. @param told whom it was told to */
export function askedLater(observed: ObservedChange, told: ReadonlySet<string>): NewChangeEvent[] {
  const waiting = observed.events.findLast(({ kind }) => kind === 'approval-waiting')
  if (waiting === undefined) return []
  const known = new Set(observed.events.map(({ key }) => key))
  return deciders(observed)
    .filter((person) => !told.has(person))
    .map((person) => {
      const key = `${waiting.key}:for:${person}`
      return { key, kind: 'approver-asked' as const, person, text: '' }
    })
    .filter(({ key }) => !known.has(key))
}

/** What waits for a person of whom nothing else that happens tells; null: it does not. */
function heldKey(observed: ObservedChange, { stage, told }: DecidedChange): string | null {
  const { revision, gate, change } = observed
  if (change.state !== 'open') return null
  if (stage === 'not-an-engineer') return authorHeldKey(observed)
  if (told.includes(sentences.behind)) return `held:behind:${revision?.head}`
  if (stage !== 'host-fault' || !told.includes(sentences.receipt)) return null
  return `held:receipt:${revision?.head}:${revision?.tree}:${gate?.id}`
}
