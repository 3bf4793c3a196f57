import type { DatasetScope } from '../schema/stored-dataset.ts'
import type { Actor } from './actor.ts'

/** Custodians see all splits, engineers `evaluation` as if there were no other, everybody else nothing. */
export function datasetScopeOf({ roles }: Pick<Actor, 'roles'>): DatasetScope {
  if (roles.includes('custodian')) return 'everything'
  return roles.includes('engineer') ? 'evaluation' : 'nothing'
}
