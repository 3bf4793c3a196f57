import { z } from 'zod'
import { seal, type SealKey } from '../../lib/seal.ts'
import type { StoreContext } from '../context.ts'
import type { MigrationSession } from '../migrate.ts'
import { contentOf, makeKey, openKey, secretPlace, type SecretKey } from './secret-keys.ts'

export type Rotation = {
  /** How many secrets were sealed anew. */
  secrets: number
  /** Id of the master key that seals the key of them. */
  master: string
  /** Whether that is another one than before. */
  isNewMaster: boolean
}

const KeyRow = z.object({
  number: z.number(),
  master: z.string(),
  sealed: z.string(),
  created_at: z.number(),
})
const SecretRow = z.object({ name: z.string(), key_number: z.number(), sealed: z.string() })

/**
 * One process at a time does it. Wherever it is interrupted, what is in the store can be opened with what
 * is at the place of the master key.
 */
export async function rotateSecrets(context: StoreContext): Promise<Rotation> {
  const { database, masterKeys } = context
  let rotation: Rotation | undefined
  await database.migrateWith(async (session) => {
    // Who writes a secret looks up its key first, and waits there. SQLite lets one write at a time anyway.
    if (database.engine === 'postgres') {
      await session.script('lock table secret_keys in exclusive mode')
    }
    // First of all: where one cannot be opened, a new master key would be one too many.
    const old = await openKeys(session, await masterKeys.read())
    await masterKeys.ensure()
    await masterKeys.renew()
    const [master] = await masterKeys.read()
    rotation = await sealAnew(session, { old, master, now: context.now() })
  })
  // Only now nothing needs the older ones; in the lock, since another rotation may have begun.
  await database.migrateWith(async (session) => {
    const rows = await session.query('select master from secret_keys')
    await masterKeys.retire(rows.map(({ master }) => String(master)))
  })
  if (rotation === undefined) throw new Error('Nothing was rotated.')
  return rotation
}

type OpenedKey = SecretKey & Pick<z.infer<typeof KeyRow>, 'master'>

async function openKeys(session: MigrationSession, masters: SealKey[]): Promise<OpenedKey[]> {
  const rows = await session.query('select * from secret_keys order by number')
  const keys = rows.map((row) => KeyRow.parse(row))
  return keys.map((row) => ({ ...openKey(row, masters), master: row.master }))
}

async function sealAnew(
  session: MigrationSession,
  { old, master, now }: { old: OpenedKey[]; master: SealKey | undefined; now: number },
): Promise<Rotation> {
  if (master === undefined) throw new Error('There is no master key to seal with.')
  const newest = old.at(-1)
  const row = { ...makeKey((newest?.number ?? 0) + 1, master), created_at: now }
  await session.query(
    'insert into secret_keys (number, master, sealed, created_at) values ($1, $2, $3, $4)',
    [row.number, row.master, row.sealed, row.created_at],
  )
  const secrets = (await session.query('select * from secrets')).map((secret) =>
    SecretRow.parse(secret),
  )
  const key = openKey(row, [master])
  for (const { name, sealed, key_number } of secrets) {
    const content = contentOf({ name, sealed, key_number }, old)
    await session.query('update secrets set sealed = $1, key_number = $2 where name = $3', [
      seal(key, content, secretPlace(name)),
      key.number,
      name,
    ])
  }
  await session.query('delete from secret_keys where number < $1', [key.number])
  const isNewMaster = newest !== undefined && newest.master !== master.id
  return { secrets: secrets.length, master: master.id, isNewMaster }
}
