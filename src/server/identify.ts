import type { Accounts } from '../access/accounts.ts'
import { permissionsOf } from '../access/permissions.ts'
import type { Identify } from './gate.ts'

/** By session cookie. */
export function createIdentify({ accounts }: { accounts: Accounts }): Identify {
  return async (headers) => {
    if (!headers.has('cookie')) return null
    const found = await accounts.identify(headers)
    if (found === null) return null
    const { person, session } = found
    const { id, name, roles } = person
    return {
      actor: { id, name, roles, permissions: permissionsOf(roles), via: 'session' },
      session,
    }
  }
}
