import { seesHiddenFigures } from '../access/dataset-rights.ts'
import type { Actor } from '../access/actor.ts'
import { lastWords, whyNotCounted } from './count-approvals.ts'
import type { ObservedChange } from './observed-change.ts'
import { hasPart } from './parts-in-versions.ts'

/** What somebody is to a change. */
export type ChangeAudience = {
  isAuthor: boolean
  /** May see whether the gate could tell, its page, and reasons of decisions that are told to nobody else. */
  judges: boolean
  /** Their decision about it counts. */
  decides: boolean
  /** Has approved it, and nothing has come of that yet. */
  hasApproved: boolean
  /** Proposed it, and still may. */
  acts: boolean
  seesEvaluations: boolean
  seesChecks: boolean
}

export function audienceOf(
  actor: Pick<Actor, 'id' | 'roles' | 'permissions'>,
  observed: ObservedChange,
): ChangeAudience {
  const { id, roles, permissions } = actor
  const { change, revision, isSolo } = observed
  const isAuthor = change.author === id
  const isOpen = change.state === 'open' && revision !== null && revision.tree !== null
  return {
    isAuthor,
    judges:
      permissions.has('gates:read') &&
      (isSolo || (seesHiddenFigures({ roles }) && !hasPart(observed, id))),
    decides: isOpen && permissions.has('changes:approve') && whyNotCounted(observed, id) === null,
    hasApproved: lastWords(observed).some(
      ({ person, decision }) => person === id && decision === 'approved',
    ),
    acts: change.state === 'open' && isAuthor && permissions.has('changes:write'),
    seesEvaluations: permissions.has('evaluations:read'),
    seesChecks: permissions.has('environments:read'),
  }
}
