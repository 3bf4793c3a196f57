import type { Actor } from '../../access/actor.ts'
import { localPerson } from '../../access/local-person.ts'
import { permissionsOf } from '../../access/permissions.ts'
import { type Permission, Role } from '../../schema/access.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'

/** Id of who has a data folder in which nobody has an account. */
export const nobody = 'nobody'

/**
 * Where nobody has an account yet, whoever has the folder is everybody.
 * @throws UserFacingError person-unknown, not-allowed
 */
export async function actorHere(store: Store, { env }: Io, permission: Permission): Promise<Actor> {
  const person = await localPerson(store, {
    key: env['PROOFLOOP_API_KEY'],
    permissions: [permission],
  })
  const roles = Role.options
  const permissions = permissionsOf(roles)
  return person ?? { id: nobody, name: 'Nobody', roles, permissions, via: 'session' }
}
