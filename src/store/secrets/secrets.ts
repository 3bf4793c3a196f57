import { seal, unseal } from '../../lib/seal.ts'
import type { StoreContext } from '../context.ts'
import { findLostSecrets, forgetSecrets, type LostSecrets } from './forget-secrets.ts'
import { rotateSecrets, type Rotation } from './rotate-secrets.ts'
import { asDamage, createSecretKeys, damaged, secretPlace, type SecretKey } from './secret-keys.ts'
import { trySecrets } from './try-secrets.ts'

/**
 * Values that the database alone does not tell: each is sealed. Each method throws UserFacingError
 * master-key-missing, -wrong, -invalid, -unreadable, -open, secret-damaged.
 */
export type Secrets = {
  /** Undefined when it was never set. */
  get(name: string): Promise<unknown>
  put(name: string, value: unknown): Promise<void>
  /**
   * Sets it unless it is set, and returns what holds: of two servers that start at once, one wins. What
   * an older version kept as a setting of that name is sealed and goes from there.
   */
  ensure(name: string, value: unknown): Promise<unknown>
  /** Seals everything anew, with a new key under the newest master key; older keys go. */
  rotate(): Promise<Rotation>
  /** Opens all anew, since what was opened before stays known. @returns how many there are */
  tryAll(): Promise<number>
  /** What no master key here opens. */
  lost(): Promise<LostSecrets>
  /** Deletes what `lost` said, for good, and makes a new key. @returns id of the master key that seals it */
  forget(lost: LostSecrets): Promise<string>
}

/** A rotation may take the key away between looking and writing. */
const triesAtMost = 10

export function createSecrets(context: StoreContext): Secrets {
  const { kysely, atomically } = context.database
  const keys = createSecretKeys(context)
  const query = kysely.selectFrom('secrets').select(['sealed', 'key_number'])
  const get = async (name: string): Promise<unknown> => {
    for (let missing: number | undefined; ;) {
      const row = await query.where('name', '=', name).executeTakeFirst()
      if (row === undefined) return undefined
      const key = await keys.numbered(row.key_number)
      if (key !== null) return opened(key, { name, sealed: row.sealed })
      // A rotation that took the key away has sealed the secret with another one.
      if (row.key_number === missing) throw damaged()
      missing = row.key_number
    }
  }

  async function write(name: string, value: unknown, { replace }: { replace: boolean }) {
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const key = await keys.current()
      const row = {
        name,
        key_number: key.number,
        sealed: seal(key, JSON.stringify(value), secretPlace(name)),
        updated_at: context.now(),
      }
      const kept = await atomically([
        { query: keyQuery(context, key.number), required: true },
        {
          query: kysely
            .insertInto('secrets')
            .values(row)
            .onConflict((conflict) =>
              replace ? conflict.column('name').doUpdateSet(row) : conflict.doNothing(),
            ),
        },
        { query: kysely.deleteFrom('settings').where('key', '=', name) },
      ])
      if (kept !== null) return
    }
    throw new Error(`A secret found no key in ${triesAtMost} tries.`)
  }

  return {
    get,
    put: (name, value) => write(name, value, { replace: true }),
    async ensure(name, value) {
      const known = await get(name)
      if (known !== undefined) return known
      const old = await oldSetting(context, name)
      await write(name, old ?? value, { replace: false })
      return get(name)
    },
    rotate: () => rotateSecrets(context),
    tryAll: () => trySecrets(context),
    lost: () => findLostSecrets(context),
    forget: (lost) => forgetSecrets(context, lost),
  }
}

function opened(key: SecretKey, { name, sealed }: { name: string; sealed: string }): unknown {
  try {
    return JSON.parse(unseal(key, sealed, secretPlace(name)))
  } catch (error) {
    throw asDamage(error)
  }
}

/** On PostgreSQL the key stays until the secret is written; SQLite has one writer. */
function keyQuery({ database: { kysely, engine } }: StoreContext, number: number) {
  const query = kysely.selectFrom('secret_keys').select('number').where('number', '=', number)
  return engine === 'postgres' ? query.forKeyShare() : query
}

async function oldSetting({ database: { kysely } }: StoreContext, name: string): Promise<unknown> {
  const row = await kysely
    .selectFrom('settings')
    .select('value')
    .where('key', '=', name)
    .executeTakeFirst()
  return row === undefined ? undefined : JSON.parse(row.value)
}
