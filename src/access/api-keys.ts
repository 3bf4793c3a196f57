import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Permission } from '../schema/access.ts'
import type { StoredApiKey } from '../schema/stored-api-key.ts'
import type { Store } from '../store/store.ts'
import { requireSession, type Actor } from './actor.ts'
import { record } from './audit.ts'
import { permissionsOf } from './permissions.ts'

type KeyStore = Pick<Store, 'apiKeys' | 'people' | 'audit'>

type NewKey = { name: string; permissions: Permission[]; expiresAt: number | null }

/** Secret scanners and people know it by its beginning. */
const prefix = 'pl_'
/** 48 of its 256 bits: they tell keys apart and leave too many to guess. */
const hintLength = prefix.length + 8
const secretPattern = /^pl_[\w-]{43}$/

const keysAtMost = 50

/**
 * Answers with the secret, which is kept nowhere: only its hash is.
 * @throws UserFacingError session-needed, permission-not-yours, expiry-past, too-many-keys
 */
export async function createKey(
  store: KeyStore,
  actor: Actor,
  { name, permissions, expiresAt }: NewKey,
): Promise<{ key: StoredApiKey; secret: string }> {
  assertMayCreate(actor, permissions)
  if (expiresAt !== null && expiresAt <= Date.now()) {
    throw new UserFacingError('expiry-past', 'The key would have expired already.')
  }
  if ((await store.apiKeys.list(actor.id)).length >= keysAtMost) {
    const sentence = `You have ${keysAtMost} keys. Revoke those that nobody uses.`
    throw new UserFacingError('too-many-keys', sentence)
  }
  const secret = `${prefix}${randomBytes(32).toString('base64url')}`
  const own = [...new Set(permissions)]
  const id = timeOrderedId()
  await record(store, actor, {
    action: 'key-made',
    subject: id,
    details: { permissions: own, ...(expiresAt !== null && { expiresAt }) },
  })
  const key = await store.apiKeys.add({
    id,
    name,
    expiresAt,
    person: actor.id,
    permissions: own,
    hint: secret.slice(0, hintLength),
    secretHash: hashOf(secret).toString('hex'),
  })
  return { key, secret }
}

function assertMayCreate(actor: Actor, permissions: Permission[]): void {
  requireSession(actor)
  const foreign = permissions.filter((permission) => !actor.permissions.has(permission))
  if (foreign.length === 0) return
  throw new UserFacingError(
    'permission-not-yours',
    `A key may do at most what you may do, and you may not ${foreign.join(', ')}.`,
  )
}

/** Ends it with the next request. @throws UserFacingError key-not-found */
export async function revokeKey(store: KeyStore, actor: Actor, id: string): Promise<void> {
  const keys = await store.apiKeys.list(actor.id)
  if (!keys.some((key) => key.id === id)) throw keyNotFound()
  await record(store, actor, { action: 'key-revoked', subject: id })
  if (!(await store.apiKeys.remove(actor.id, id))) throw keyNotFound()
}

/**
 * Whose secret it is, with the rights that its person has now and the key was given; null when it is
 * not known, has expired or was revoked.
 */
export async function actorOfKey(
  store: KeyStore,
  secret: string,
): Promise<{ actor: Actor; key: StoredApiKey } | null> {
  if (!secretPattern.test(secret)) return null
  const hash = hashOf(secret)
  const known = await store.apiKeys.withHint(secret.slice(0, hintLength))
  const key = known.find(({ secretHash }) => timingSafeEqual(Buffer.from(secretHash, 'hex'), hash))
  if (key === undefined || (key.expiresAt !== null && key.expiresAt <= Date.now())) return null
  const person = await store.people.get(key.person)
  if (person === null) return null
  const { id, name, roles } = person
  const permissions = permissionsOf(roles).intersection(new Set(key.permissions))
  return { actor: { id, name, roles, permissions, via: 'key', key: key.id }, key }
}

const minute = 60_000

/** Often enough to see that nobody uses a key, seldom enough to cost nothing. */
export async function markKeyUsed(
  { apiKeys }: KeyStore,
  { id, lastUsedAt }: StoredApiKey,
): Promise<void> {
  if (lastUsedAt === null || Date.now() - lastUsedAt >= minute) await apiKeys.markUsed(id)
}

/** Fast on purpose: slow hashes are for secrets that can be guessed, and this one has 256 random bits. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function keyNotFound(): UserFacingError {
  return new UserFacingError('key-not-found', 'You have no such key.')
}
