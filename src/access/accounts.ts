import { randomBytes } from 'node:crypto'
import { betterAuth, type InternalAdapter } from 'better-auth'
import { UserFacingError } from '../lib/errors.ts'
import type { Role } from '../schema/access.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'
import { authOptions, type OidcSettings } from './auth-options.ts'
import { createSessions, type Sessions } from './sessions.ts'

type NewPerson = { name: string; email: string; roles: Role[] }
type SignedIn = { person: StoredPerson; session: string }

/** A token that lets somebody set a password once. */
type PasswordToken = { token: string; expiresAt: number }

/** Accounts, passwords and sessions, on better-auth. */
export type Accounts = {
  /** Requests under /api/auth. */
  handle(request: Request): Promise<Response>
  /** By the session cookie in the headers. */
  identify(headers: Headers): Promise<SignedIn | null>
  /** @throws UserFacingError person-exists */
  create(person: NewPerson): Promise<StoredPerson>
  /** Answers with the cookies of a new session, which is named after the browser that asks. */
  signIn(person: string, request?: Headers): Promise<Headers>
  /** @throws UserFacingError person-not-found */
  passwordToken(person: string, validMs: number): Promise<PasswordToken>
  hasPassword(person: string): Promise<boolean>
  sessions: Sessions
  /** With sessions and password; what the person has said stays. */
  remove(person: string): Promise<void>
}

export type AccountsOptions = {
  store: Pick<Store, 'accountTables' | 'people' | 'secrets' | 'audit'>
  /** Where browsers reach the server. */
  url: string
  oidc?: OidcSettings | null
}

export async function createAccounts({
  store,
  url,
  oidc = null,
}: AccountsOptions): Promise<Accounts> {
  const secret = await store.secrets.ensure('session-secret', randomBytes(32).toString('hex'))
  const auth = betterAuth(authOptions(store, { secret: String(secret), url, oidc }))
  const { internalAdapter } = await auth.$context
  return {
    handle: (request) => auth.handler(request),
    async identify(headers) {
      const found = await auth.api.getSession({ headers })
      const person = found === null ? null : await store.people.get(found.user.id)
      return found === null || person === null ? null : { person, session: found.session.id }
    },
    create: (person) => createPerson(internalAdapter, store, person),
    async signIn(person, request) {
      const body = { person }
      const options = { body, headers: request, returnHeaders: true } as const
      return (await auth.api.signInPerson(options)).headers
    },
    async passwordToken(person, validMs) {
      await requirePerson(store, person)
      const token = randomBytes(24).toString('base64url')
      const expiresAt = new Date(Date.now() + validMs)
      const identifier = `reset-password:${token}`
      await internalAdapter.createVerificationValue({ value: person, identifier, expiresAt })
      return { token, expiresAt: expiresAt.getTime() }
    },
    async hasPassword(person) {
      const found = await internalAdapter.findAccounts(person)
      return found.some(({ password }) => typeof password === 'string')
    },
    sessions: createSessions(internalAdapter),
    async remove(person) {
      await requirePerson(store, person)
      await internalAdapter.deleteUserSessions(person)
      await internalAdapter.deleteUser(person)
    },
  }
}

async function createPerson(
  adapter: InternalAdapter,
  store: Pick<Store, 'people'>,
  { name, email, roles }: NewPerson,
): Promise<StoredPerson> {
  if ((await adapter.findUserByEmail(email)) !== null) {
    throw new UserFacingError('person-exists', 'Somebody has an account with this address.')
  }
  const fields = { name, email: email.toLowerCase(), roles: JSON.stringify(roles) }
  const { id } = await adapter.createUser({ ...fields, emailVerified: true }, { method: 'admin' })
  return requirePerson(store, id)
}

async function requirePerson(store: Pick<Store, 'people'>, id: string): Promise<StoredPerson> {
  const person = await store.people.get(id)
  if (person === null) throw new UserFacingError('person-not-found', 'There is no such person.')
  return person
}
