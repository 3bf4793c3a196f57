import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import { UserFacingError } from '../../lib/errors.ts'
import { seal, SealBroken, type SealKey, unseal } from '../../lib/seal.ts'
import type { StoreContext } from '../context.ts'
import type { Tables } from '../tables.ts'

type KeyRow = Selectable<Tables['secret_keys']>

/** A key of secrets, as it is used and as it is kept. */
export type SecretKey = SealKey & { number: number }

/** The keys that seal secrets. They are kept sealed with the master key, so that this one can change. */
export type SecretKeys = {
  /** The newest; the first one is made when it is needed. */
  current(): Promise<SecretKey>
  /** Null when there is none: a rotation takes older ones away. One that was opened before stays known. */
  numbered(number: number): Promise<SecretKey | null>
}

/** Each method throws UserFacingError master-key-missing, -wrong, -invalid, -unreadable, -open, secret-damaged. */
export function createSecretKeys(context: StoreContext): SecretKeys {
  const { database, masterKeys, now } = context
  const { kysely, atomically } = database
  const opened = new Map<number, SecretKey>()
  const rows = kysely.selectFrom('secret_keys').selectAll()

  const openRow = async (row: KeyRow): Promise<SecretKey> => {
    const known = opened.get(row.number)
    if (known !== undefined) return known
    const key = openKey(row, await masterKeys.read())
    opened.set(row.number, key)
    return key
  }
  const newest = () => rows.orderBy('number', 'desc').limit(1).executeTakeFirst()
  return {
    async current() {
      let row = await newest()
      if (row === undefined) {
        const made = makeKey(1, await masterKeys.ensure())
        const values = { ...made, created_at: now() }
        const query = kysely.insertInto('secret_keys').values(values)
        // Of two servers that start at once, the first wins: both then seal with its key.
        await atomically([{ query: query.onConflict((conflict) => conflict.doNothing()) }])
        row = await newest()
      }
      if (row === undefined) throw new Error('The first key of secrets was not kept.')
      return openRow(row)
    },
    async numbered(number) {
      const known = opened.get(number)
      if (known !== undefined) return known
      const row = await rows.where('number', '=', number).executeTakeFirst()
      return row === undefined ? null : openRow(row)
    },
  }
}

export function makeKey(number: number, master: SealKey) {
  const key = randomBytes(32)
  return { number, master: master.id, sealed: sealKey({ number, key }, master) }
}

function sealKey({ number, key }: Pick<SecretKey, 'number' | 'key'>, master: SealKey): string {
  return seal(master, Buffer.from(key).toString('base64'), placeOf(number))
}

export function openKey({ number, master, sealed }: KeyRow, masters: SealKey[]): SecretKey {
  const found = masters.find(({ id }) => id === master)
  if (found === undefined) throw unknownMaster(master, masters)
  try {
    const key = Buffer.from(unseal(found, sealed, placeOf(number)), 'base64')
    return { number, id: `${number}`, key }
  } catch (error) {
    throw asDamage(error)
  }
}

function placeOf(number: number): string[] {
  return ['secret_keys', 'sealed', `${number}`]
}

/** Where a secret is kept, for its seal. */
export function secretPlace(name: string): string[] {
  return ['secrets', 'sealed', name]
}

/** @throws UserFacingError secret-damaged */
export function contentOf(
  secret: { name: string; sealed: string; key_number: number },
  keys: readonly SecretKey[],
): string {
  const key = keys.find(({ number }) => number === secret.key_number)
  if (key === undefined) throw new Error('A secret without its key.')
  try {
    return unseal(key, secret.sealed, secretPlace(secret.name))
  } catch (error) {
    throw asDamage(error)
  }
}

function unknownMaster(id: string, masters: SealKey[]): UserFacingError {
  const where =
    'Set PROOFLOOP_MASTER_KEY or PROOFLOOP_MASTER_KEY_FILE to it, or put the file master.key that goes with these data into the data folder. If it is lost for good, proofloop keys forget tells what that costs, and goes on without it.'
  return masters.length === 0
    ? new UserFacingError(
        'master-key-missing',
        `The secrets in the store are sealed with the master key ${id}, and there is none here. ${where}`,
      )
    : new UserFacingError(
        'master-key-wrong',
        `The secrets in the store are sealed with the master key ${id}; here is another one (${masters.map((master) => master.id).join(', ')}). ${where}`,
      )
}

/** What the seal says of a secret, as a user is told it. */
export function asDamage(error: unknown): unknown {
  return error instanceof SealBroken ? damaged(error) : error
}

export function damaged(cause?: SealBroken): UserFacingError {
  return new UserFacingError(
    'secret-damaged',
    'A secret in the store was changed or moved, and is not used. Restore a backup.',
    { cause },
  )
}
