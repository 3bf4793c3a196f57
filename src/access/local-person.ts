import { UserFacingError } from '../lib/errors.ts'
import type { Permission } from '../schema/access.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { actorOfKey, markKeyUsed } from './api-keys.ts'
import { isSolo } from './membership.ts'
import { permissionsOf } from './permissions.ts'

type Wanted = {
  /** An API key, from the environment. */
  key?: string
  permissions: Permission[]
}

/**
 * As whom the command line does something on this machine: the one person there is, else whose key it
 * has. Null when nobody has an account: no server was started yet.
 * @throws UserFacingError person-unknown, not-allowed
 */
export async function localPerson(
  store: Pick<Store, 'people' | 'settings' | 'apiKeys' | 'audit'>,
  { key, permissions }: Wanted,
): Promise<Actor | null> {
  const [first] = await store.people.list()
  if (first === undefined) return null
  const { id, name, roles } = first
  const actor = (await isSolo(store))
    ? { id, name, roles, permissions: permissionsOf(roles), via: 'session' as const }
    : await actorWithKey(store, key)
  const missing = permissions.filter((permission) => !actor.permissions.has(permission))
  if (missing.length === 0) return actor
  throw new UserFacingError(
    'not-allowed',
    `${actor.name} may not do this with the key in PROOFLOOP_API_KEY: it takes ${missing.join(', ')}.`,
  )
}

async function actorWithKey(store: Parameters<typeof actorOfKey>[0], key = ''): Promise<Actor> {
  const found = await actorOfKey(store, key)
  if (found === null) {
    throw new UserFacingError(
      'person-unknown',
      'Several people have accounts here: set PROOFLOOP_API_KEY to a key of yours, which you make under Settings.',
    )
  }
  await markKeyUsed(store, found.key)
  return found.actor
}
