import type { Accounts } from '../access/accounts.ts'
import { actorOfKey, markKeyUsed } from '../access/api-keys.ts'
import { permissionsOf } from '../access/permissions.ts'
import type { Store } from '../store/store.ts'
import type { Identify } from './gate.ts'
import type { Log } from './log.ts'

type Host = { accounts: Accounts; store: Store; log: Log }

/** By API key, or by session cookie when there is none. */
export function createIdentify(host: Host): Identify {
  return async (headers) => {
    const authorization = headers.get('authorization')
    if (authorization !== null) return identifyByKey(host, authorization)
    if (!headers.has('cookie')) return null
    const found = await host.accounts.identify(headers)
    if (found === null) return null
    const { person, session } = found
    const { id, name, roles } = person
    return {
      actor: { id, name, roles, permissions: permissionsOf(roles), via: 'session' },
      session,
    }
  }
}

async function identifyByKey({ store, log }: Host, authorization: string): ReturnType<Identify> {
  const secret = /^bearer +(\S+)$/i.exec(authorization)?.[1]
  const found = secret === undefined ? null : await actorOfKey(store, secret)
  if (found === null) return null
  // A full disk must not keep a key from reading.
  await markKeyUsed(store, found.key).catch((error: unknown) =>
    log.error('key-use-not-kept', error, { key: found.key.id }),
  )
  return { actor: found.actor, session: null }
}
