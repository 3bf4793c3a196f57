import { UserFacingError } from '../lib/errors.ts'
import type { Permission, Role } from '../schema/access.ts'

/** Who asks: a person with a session, or one of their API keys. */
export type Actor = {
  id: string
  name: string
  roles: readonly Role[]
  /** Of a key: at most those of its person, and at most its own. */
  permissions: ReadonlySet<Permission>
  via: 'session' | 'key'
  /** Id of the key, of a key only. */
  key?: string
}

/** `permission` as a procedure names it; deny by default. */
export function mayDo(
  actor: Actor | null,
  permission: Permission | 'signed-in' | 'public',
): boolean {
  if (permission === 'public') return true
  if (actor === null) return false
  return permission === 'signed-in' || actor.permissions.has(permission)
}

/**
 * For what a key must not do, whatever it may: a stolen one would outlive its end, or lock its person out.
 * @throws UserFacingError session-needed
 */
export function requireSession({ via }: Pick<Actor, 'via'>): void {
  if (via === 'session') return
  throw new UserFacingError('session-needed', 'This takes a person who is signed in, not a key.')
}
