import type { Actor } from '../access/actor.ts'
import { seesHiddenFigures } from '../access/dataset-rights.ts'
import { UserFacingError } from '../lib/errors.ts'

/**
 * Roles together may have the permission, and one of them still forbid it.
 * @throws UserFacingError figures-not-yours
 */
export function requireFigures(actor: Pick<Actor, 'roles'>): void {
  if (seesHiddenFigures(actor)) return
  throw new UserFacingError(
    'figures-not-yours',
    'Who writes prompts does not see how they measure on hidden examples.',
  )
}
