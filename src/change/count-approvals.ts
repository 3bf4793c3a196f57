import type { ChangeDecision, ChangeRevision } from '../schema/stored-change.ts'
import type { ObservedChange } from './observed-change.ts'

/** What people's decisions come to, of exactly what would be merged. */
export type Approvals = {
  /** Somebody whose word counts wants something else first. */
  changesRequested: boolean
  /** Whose approval it has; null: of nobody, or not of everybody who has to. */
  approver: string | null
  /** Of the gate that could not tell, by somebody who said why. */
  override: ChangeDecision | null
  /** Who still has to approve. */
  missing: ('approver' | 'custodian')[]
}

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
  const by = (role: 'approver' | 'custodian'): ChangeDecision | undefined =>
    approving.find(({ person }) => observed.roles.get(person)?.includes(role))
  const needed = touchesPolicy(observed.revision)
    ? (['approver', 'custodian'] as const)
    : (['approver'] as const)
  const missing = needed.filter((role) => by(role) === undefined)
  return {
    changesRequested: standing.some(({ decision }) => decision === 'changes-requested'),
    approver: missing.length === 0 ? (by('approver')?.person ?? null) : null,
    override: counted.find((one) => isOverride(observed, one, newest)) ?? null,
    missing,
  }
}

/** Null when it counts. */
export function whyNotCounted(observed: Deciding, person: string): NotCounted | null {
  const { change, revision, roles, isSolo, mostCommits } = observed
  const own = roles.get(person) ?? []
  if (!own.includes('approver') && !own.includes('custodian')) return 'no-approver'
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

export function touchesPolicy(revision: ChangeRevision | null): boolean {
  return revision !== null && revision.policyFiles.length > 0
}

function decisionsThatCount(observed: Deciding): ChangeDecision[] {
  return observed.decisions.filter(
    (one) => isAbout(one, observed.revision) && whyNotCounted(observed, one.person) === null,
  )
}

function isOverride(
  { gate, roles }: Deciding,
  { decision, person, reason, gate: overridden }: ChangeDecision,
  newest: ReadonlyMap<string, ChangeDecision>,
): boolean {
  return (
    decision === 'overridden' &&
    gate !== null &&
    gate.cannotTell &&
    overridden === gate.id &&
    (reason ?? '').trim() !== '' &&
    roles.get(person)?.includes('approver') === true &&
    newest.get(person)?.decision !== 'changes-requested'
  )
}
