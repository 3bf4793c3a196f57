import { seesHiddenFigures } from '../access/dataset-rights.ts'
import type { Actor } from '../access/actor.ts'
import { whyNotCounted } from './count-approvals.ts'
import type { ObservedChange } from './observed-change.ts'
import { versionOf } from './observe-change.ts'

/** What somebody is to a change. */
export type ChangeAudience = {
  isAuthor: boolean
  /** May see whether the gate could tell, its page, and reasons of decisions. */
  judges: boolean
  /** Their decision about it counts. */
  decides: boolean
  /** Proposed it, and still may. */
  acts: boolean
  seesEvaluations: boolean
  seesChecks: boolean
}

/** @param asked versions that they have asked the gate about themselves */
export function audienceOf(
  actor: Pick<Actor, 'id' | 'roles' | 'permissions'>,
  observed: ObservedChange,
  asked: ReadonlySet<string>,
): ChangeAudience {
  const { id, roles, permissions } = actor
  const { change, revision, checks, isSolo } = observed
  const isAuthor = change.author === id
  const hasPart = isAuthor || (revision?.writers.includes(id) ?? false)
  const hasAsked = asked.has(versionOf(checks) ?? '')
  const isOpen = change.state === 'open' && revision !== null && revision.tree !== null
  return {
    isAuthor,
    judges:
      permissions.has('gates:read') &&
      (isSolo || (seesHiddenFigures({ roles }) && !hasPart && !hasAsked)),
    decides:
      isOpen &&
      permissions.has('changes:approve') &&
      (isSolo || !hasAsked) &&
      whyNotCounted(observed, id) === null,
    acts: change.state === 'open' && isAuthor && permissions.has('changes:write'),
    seesEvaluations: permissions.has('evaluations:read'),
    seesChecks: permissions.has('environments:read'),
  }
}
