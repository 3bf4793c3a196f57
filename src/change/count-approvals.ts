import type { ChangeDecision, ChangeRevision } from '../schema/stored-change.ts'
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
  'change' | 'revision' | 'decisions' | 'roles' | 'isSolo' | 'mostCommits' | 'gate'
>

/** Why the decision of somebody does not count. */
export type NotCounted = 'own-change' | 'own-commits' | 'no-approver' | 'too-many-commits'

/** The newest decision of each person about this head and this tree counts, if the person's does. */
export function countApprovals(observed: Deciding): Approvals {
  const counted = decisionsThatCount(observed)
  const newest = new Map(counted.map((decision) => [decision.person, decision]))
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

/** Null when it counts. */
export function whyNotCounted(observed: Deciding, person: string): NotCounted | null {
  const { change, revision, isSolo, mostCommits } = observed
  if (!holds(observed, person, neededRole(revision))) return 'no-approver'
  if (isSolo) return null
  if (person === change.author) return 'own-change'
  if (revision?.writers.includes(person)) return 'own-commits'
  // Who wrote them was not looked at, so it could be anybody.
  if (revision !== null && revision.commits > mostCommits) return 'too-many-commits'
  return null
}

/** Whether it is about what would be merged now. */
export function isAbout(
  { head, tree }: Pick<ChangeDecision, 'head' | 'tree'>,
  revision: ChangeRevision | null,
): boolean {
  return revision !== null && head === revision.head && tree === revision.tree
}

function neededRole(revision: ChangeRevision | null): DecidingRole {
  return revision !== null && revision.policyFiles.length > 0 ? 'custodian' : 'approver'
}

function holds({ roles }: Deciding, person: string, role: DecidingRole): boolean {
  return roles.get(person)?.includes(role) === true
}

function decisionsThatCount(observed: Deciding): ChangeDecision[] {
  return observed.decisions.filter(
    (one) => isAbout(one, observed.revision) && whyNotCounted(observed, one.person) === null,
  )
}

function isOverride(
  observed: Deciding,
  { decision, person, reason, gate: overridden }: ChangeDecision,
  newest: ReadonlyMap<string, ChangeDecision>,
): boolean {
  const { gate, revision } = observed
  return (
    decision === 'overridden' &&
    gate !== null &&
    gate.cannotTell &&
    overridden === gate.id &&
    (reason ?? '').trim() !== '' &&
    holds(observed, person, neededRole(revision)) &&
    newest.get(person)?.decision !== 'changes-requested'
  )
}
