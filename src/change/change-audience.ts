import { seesHiddenFigures } from '../access/dataset-rights.ts'
import type { Actor } from '../access/actor.ts'
import type { ChangeRevision, StoredChange } from '../schema/stored-change.ts'

/** What somebody is to a change. */
export type ChangeAudience = {
  id: string
  /** They proposed it. */
  isAuthor: boolean
  /** They proposed it or wrote a commit of what would be merged; nobody is, where one person is all there is. */
  isOwn: boolean
  /** May see figures of the gate, whether it could tell, and reasons of decisions. */
  judges: boolean
  isCustodian: boolean
  mayDecide: boolean
  mayWrite: boolean
  seesEvaluations: boolean
  seesChecks: boolean
}

type Known = {
  change: Pick<StoredChange, 'author'>
  revision: Pick<ChangeRevision, 'writers'> | null
  /** Whether they have asked the gate about the version themselves. */
  askedGate: boolean
  /** Whether one person holds every role. */
  solo: boolean
}

export function audienceOf(
  actor: Pick<Actor, 'id' | 'roles' | 'permissions'>,
  { change, revision, askedGate, solo }: Known,
): ChangeAudience {
  const { id, roles, permissions } = actor
  const isAuthor = change.author === id
  const wrote = isAuthor || (revision?.writers.includes(id) ?? false)
  return {
    id,
    isAuthor,
    isOwn: wrote && !solo,
    judges:
      permissions.has('gates:read') &&
      (solo || (seesHiddenFigures({ roles }) && !wrote && !askedGate)),
    isCustodian: roles.includes('custodian'),
    mayDecide: permissions.has('changes:approve'),
    mayWrite: permissions.has('changes:write'),
    seesEvaluations: permissions.has('evaluations:read'),
    seesChecks: permissions.has('environments:read'),
  }
}
