import { z } from 'zod'
import type { StoreContext } from '../context.ts'
import { makeKey } from './secret-keys.ts'

/** What no master key here opens. */
export type LostSecrets = {
  /** Names of secrets. */
  names: string[]
  /** Ids of the master keys that would open them. */
  masters: string[]
}

const Row = z.object({ name: z.string().nullable(), number: z.number(), master: z.string() })

/** @throws UserFacingError master-key-invalid, -unreadable, -open */
export async function findLostSecrets({
  database: { kysely },
  masterKeys,
}: StoreContext): Promise<LostSecrets> {
  const here = new Set((await masterKeys.read()).map(({ id }) => id))
  const rows = await kysely
    .selectFrom('secret_keys')
    .leftJoin('secrets', 'secrets.key_number', 'secret_keys.number')
    .select(['secrets.name', 'secret_keys.number', 'secret_keys.master'])
    .execute()
  const lost = rows.map((row) => Row.parse(row)).filter(({ master }) => !here.has(master))
  return {
    names: lost.flatMap(({ name }) => name ?? []).toSorted((a, b) => (a < b ? -1 : 1)),
    masters: [...new Set(lost.map(({ master }) => master))],
  }
}

/**
 * Deletes secrets that no master key here opens, with their keys, and makes a new key under the master
 * key that is here, which is made when there is none. All else in the store stays.
 * @returns the id of that master key
 * @throws UserFacingError master-key-invalid, -unreadable, -open
 */
export async function forgetSecrets(
  { database, masterKeys, now }: StoreContext,
  { masters }: LostSecrets,
): Promise<string> {
  const master = await masterKeys.ensure()
  await database.migrateWith(async (session) => {
    if (database.engine === 'postgres') {
      await session.script('lock table secret_keys in exclusive mode')
    }
    const [newest] = await session.query('select max(number) as number from secret_keys')
    for (const lost of masters) {
      const keys = 'select number from secret_keys where master = $1'
      await session.query(`delete from secrets where key_number in (${keys})`, [lost])
      await session.query('delete from secret_keys where master = $1', [lost])
    }
    // Not the first number again: another process may know a key by it.
    const { number, sealed } = makeKey(Number(newest?.number ?? 0) + 1, master)
    await session.query(
      'insert into secret_keys (number, master, sealed, created_at) values ($1, $2, $3, $4)',
      [number, master.id, sealed, now()],
    )
  })
  return master.id
}
