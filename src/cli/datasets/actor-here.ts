import type { Actor } from '../../access/actor.ts'
import { localPerson } from '../../access/local-person.ts'
import { permissionsOf } from '../../access/permissions.ts'
import { type Permission, Role } from '../../schema/access.ts'
import { commandLine } from '../../schema/command-line.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'

/**
 * Where nobody has an account yet, whoever has the folder is everybody, and told as the command line.
 * @throws UserFacingError person-unknown, not-allowed
 */
export async function actorHere(store: Store, { env }: Io, permission: Permission): Promise<Actor> {
  const person = await localPerson(store, {
    key: env['PROOFLOOP_API_KEY'],
    permissions: [permission],
  })
  const roles = Role.options
  const permissions = permissionsOf(roles)
  return person ?? { ...commandLine, roles, permissions, via: 'session' }
}
