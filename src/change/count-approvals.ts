import type { ChangeDecision, ChangeEvent, ChangeRevision } from '../schema/stored-change.ts'
import { stands } from './forge-reviews.ts'
import type { ObservedChange } from './observed-change.ts'

/** What people's decisions come to, of exactly what would be merged. */
export type Approvals = {
  /** Somebody whose word counts wants something else first. */
  changesRequested: boolean
  /** Whose approval it has that it needs. */
  approver: string | null
  /** Of the gate that could not tell, by somebody who said why. */
  override: ChangeDecision | null
  /** Who has to approve it. */
  needed: DecidingRole
}

/** What decides how changes are judged is a custodian's, and no approver's. */
type DecidingRole = 'approver' | 'custodian'

type Deciding = Pick<
  ObservedChange,
  | 'change'
  | 'revision'
  | 'seen'
  | 'events'
  | 'decisions'
  | 'signedOverrides'
  | 'roles'
  | 'askers'
  | 'isSolo'
  | 'mostCommits'
  | 'gate'
>

/** Why the decision of somebody does not count. */
export type NotCounted =
  | 'own-change'
  | 'own-commits'
  | 'own-question'
  | 'no-approver'
  | 'too-many-commits'

/** The newest decision of each person about this head and this tree counts, if the person's does. */
export function countApprovals(observed: Deciding): Approvals {
  const counted = decisionsThatCount(observed)
  const newest = newestOfEach(counted)
  const standing = [...newest.values()]
  const approving = standing.filter(({ decision }) => decision !== 'changes-requested')
  const needed = neededRole(observed.revision)
  return {
    changesRequested: standing.some(({ decision }) => decision === 'changes-requested'),
    approver: approving.find(({ person }) => holds(observed, person, needed))?.person ?? null,
    override: counted.find((one) => isOverride(observed, one, newest)) ?? null,
    needed,
  }
}

/** What people want to be otherwise first, of what would be merged now: the newest that each of them said. */
export function requestsThatStand(observed: Deciding): ChangeDecision[] {
  const newest = newestOfEach(decisionsThatCount(observed))
  return [...newest.values()].filter(({ decision }) => decision === 'changes-requested')
}

/**
 * On what a merged version is deployed: that the gate was passed, or who overrode it. Whoever decided then may have
 * another role by now; what was signed stands. Null: on nothing.
 */
export function provenBy(
  observed: Pick<
    ObservedChange,
    'change' | 'gate' | 'decisions' | 'signedOverrides' | 'revision' | 'seen' | 'events'
  >,
): { override: ChangeDecision | null } | null {
  const { gate, decisions, signedOverrides, revision } = observed
  if (gate === null || gate.receipt !== 'fits') return null
  if (gate.passed === true) return { override: null }
  const about = decisions.filter((one) => isAbout(one, revision) && stands(observed, one))
  const newest = newestOfEach(about)
  const override = about.findLast(
    (one) => isSaidWhy(one) && signedOverrides.has(one.id) && !isTakenBack(one, newest),
  )
  return gate.cannotTell && override !== undefined ? { override } : null
}

/**
 * Whether what was merged was approved when it was, and by nobody who has taken that back. Whoever let it in may have
 * another role by now; what did not count before it was merged still does not.
 */
export function isApprovedAsMerged(observed: Deciding): boolean {
  const newest = [...newestOfEach(decisionsThatStand(observed)).values()]
  return newest.length > 0 && newest.every(({ decision }) => decision !== 'changes-requested')
}

/** What nobody has taken back of what counts, open or merged: the newest that each person said, and overrides. */
export function lastWords(observed: Deciding): ChangeDecision[] {
  const said = decisionsThatStand(observed)
  const newest = newestOfEach(said)
  return said.filter((one) =>
    one.decision === 'overridden'
      ? observed.signedOverrides.has(one.id) && !isTakenBack(one, newest)
      : newest.get(one.person) === one,
  )
}

function decisionsThatStand(observed: Deciding): ChangeDecision[] {
  return observed.decisions.filter(
    (one) =>
      isAbout(one, observed.revision) &&
      isOfGate(one, observed.gate) &&
      stands(observed, one) &&
      countsStill(observed, one),
  )
}

/**
 * Of who said it: as they are now, and once it is not open any more as was told while it was. That they wrote a commit
 * was so then, too, whenever it became known.
 */
function countsStill(observed: Deciding, one: ChangeDecision): boolean {
  const { change, revision, isSolo } = observed
  const { person } = one
  if (!isSolo && revision?.writers.includes(person) === true) return false
  const isSettled = change.state !== 'open' && isDecisionTold(observed, one)
  return isSettled ? refusalOf(observed, one) === null : whyNotCounted(observed, person) === null
}

type Story = Pick<ObservedChange, 'events'>
type Said = Pick<ChangeDecision, 'id'>

/** Keys of what is told of decisions: that they never did count, do not any more, or do by now. */
const countingKeys = ['not-counted:', 'counts-no-more:', 'counts-by-now:'] as const

/** The newest that was told of whether it counts, where it does not. */
function refusalOf({ events }: Story, { id }: Said): ChangeEvent | null {
  const newest = events.findLast(({ key }) => countingKeys.some((of) => key.startsWith(of + id)))
  return newest?.kind === 'approval-refused' ? newest : null
}

/** What was told before it did not count did count then. */
export function notCountedKey({ events }: Story, { id }: Said, why: NotCounted): string {
  const again = events.findLast(({ key }) => key.startsWith(`counts-by-now:${id}:`))
  if (again !== undefined) return `counts-no-more:${id}:${why}:${again.sequence}`
  const never = `not-counted:${id}:`
  const counted =
    isDecisionTold({ events }, { id }) && events.every(({ key }) => !key.startsWith(never))
  return counted ? `counts-no-more:${id}:${why}` : never + why
}

/** Null: nobody was told that it does not. */
export function countsByNowKey(story: Story, one: Said): string | null {
  const refusal = refusalOf(story, one)
  return refusal === null ? null : `counts-by-now:${one.id}:${refusal.sequence}`
}

/** Of a decision, whoever tells it first. */
export function decisionKey({ id }: Pick<ChangeDecision, 'id'>): string {
  return `decision:${id}`
}

/** Whether it stands in the story, and with it that it does not count where that is so. */
export function isDecisionTold({ events }: Story, said: Said): boolean {
  return events.some(({ key }) => key === decisionKey(said))
}

/** Whose decision about what would be merged now counts. */
export function deciders(observed: Deciding): string[] {
  return [...observed.roles.keys()].filter((person) => whyNotCounted(observed, person) === null)
}

/** Null when it counts. */
export function whyNotCounted(observed: Deciding, person: string): NotCounted | null {
  const { change, revision, askers, isSolo, mostCommits } = observed
  if (!holds(observed, person, neededRole(revision))) return 'no-approver'
  if (isSolo) return null
  if (person === change.author) return 'own-change'
  if (revision?.writers.includes(person)) return 'own-commits'
  if (askers.has(person)) return 'own-question'
  // Who wrote them was not looked at, so it could be anybody.
  if (revision !== null && revision.commits > mostCommits) return 'too-many-commits'
  return null
}

/** Whether it is about what would be merged now. */
export function isAbout(
  { head, tree }: Pick<ChangeDecision, 'head' | 'tree'>,
  revision: Pick<ChangeRevision, 'head' | 'tree'> | null,
): boolean {
  return revision !== null && head === revision.head && tree === revision.tree
}

/**
 * Whether it was said of what this gate has measured. One that is asked anew compares with something else, and may
 * answer otherwise. Of approvals from before it was kept, nobody knows: they count.
 */
export function isOfGate(
  { decision, gate }: Pick<ChangeDecision, 'decision' | 'gate'>,
  asked: { id: string } | null,
): boolean {
  return decision === 'changes-requested' || gate === null || asked === null || gate === asked.id
}

/** Whether there is something to approve: one that is to be asked anew may answer otherwise. */
export function isPassedNow(gate: ObservedChange['gate']): boolean {
  return gate !== null && gate.passed === true && gate.isCurrent
}

function neededRole(revision: ChangeRevision | null): DecidingRole {
  return revision !== null && revision.policyFiles.length > 0 ? 'custodian' : 'approver'
}

function holds({ roles }: Deciding, person: string, role: DecidingRole): boolean {
  return roles.get(person)?.includes(role) === true
}

function decisionsThatCount(observed: Deciding): ChangeDecision[] {
  return observed.decisions.filter(
    (one) =>
      isAbout(one, observed.revision) &&
      isOfGate(one, observed.gate) &&
      stands(observed, one) &&
      whyNotCounted(observed, one.person) === null,
  )
}

function newestOfEach(decisions: ChangeDecision[]): Map<string, ChangeDecision> {
  return new Map(decisions.map((one) => [one.person, one]))
}

function isOverride(
  observed: Deciding,
  said: ChangeDecision,
  newest: ReadonlyMap<string, ChangeDecision>,
): boolean {
  const { gate, revision } = observed
  const { id, decision, person, gate: overridden } = said
  return (
    decision === 'overridden' &&
    gate !== null &&
    gate.cannotTell &&
    overridden === gate.id &&
    observed.signedOverrides.has(id) &&
    isSaidWhy(said) &&
    holds(observed, person, neededRole(revision)) &&
    !isTakenBack(said, newest)
  )
}

/** Who asks for changes afterwards says otherwise. */
function isTakenBack(
  { person }: Pick<ChangeDecision, 'person'>,
  newest: ReadonlyMap<string, ChangeDecision>,
): boolean {
  return newest.get(person)?.decision === 'changes-requested'
}

function isSaidWhy({ reason }: ChangeDecision): boolean {
  return (reason ?? '').trim() !== ''
}
