import type { DatasetScope } from '../schema/stored-dataset.ts'
import type { OwnRows } from '../store/reader-scope.ts'
import type { Actor } from './actor.ts'

/** Custodians see all splits, engineers `evaluation` as if there were no other, everybody else nothing. */
export function datasetScopeOf({ roles }: Pick<Actor, 'roles'>): DatasetScope {
  if (roles.includes('custodian')) return 'everything'
  return roles.includes('engineer') ? 'evaluation' : 'nothing'
}

/**
 * Figures of hidden examples, without any of them: for custodians, and for approvers who write no prompts
 * themselves. What an author is told of them is overfitted soon.
 */
export function seesHiddenFigures({ roles }: Pick<Actor, 'roles'>): boolean {
  if (roles.includes('custodian')) return true
  return roles.includes('approver') && !roles.includes('engineer')
}

/** What they may read besides documents and what comes from them, as the database holds it against them, too. */
export function ownRowsOf(actor: Pick<Actor, 'id' | 'roles' | 'permissions'>): OwnRows {
  const { id, permissions } = actor
  return {
    person: id,
    sees: [
      ...(seesHiddenFigures(actor) ? ['figures' as const] : []),
      ...(permissions.has('audit:read') ? ['log' as const] : []),
    ],
  }
}
