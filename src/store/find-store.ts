import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import type { Database } from './database.ts'
import { pendingMigrations, readMigrations } from './migrate.ts'
import { createStore, openDatabase, type StoreOptions } from './open-store.ts'
import { masterKeysOf } from './secrets/master-keys.ts'
import { databaseFile } from './sqlite/database-file.ts'
import type { Store } from './store.ts'

type Place = Pick<StoreOptions, 'dataFolder' | 'databaseUrl' | 'env'>

/**
 * Where commands find what a server keeps: in PostgreSQL only when Proofloop's tables are there, since
 * `DATABASE_URL` is also the name under which other programs have their database.
 * @returns `databaseUrl` undefined: in the data folder, whether or not there is a store yet
 * @throws UserFacingError store-unavailable, store-unsupported when it cannot be asked
 */
export async function findPlace({ dataFolder, databaseUrl = '' }: Place): Promise<Place> {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) return { dataFolder }
  await using database = await openDatabase({ dataFolder, databaseUrl })
  return (await hasTables(database)) ? { dataFolder, databaseUrl } : { dataFolder }
}

/** Whether there is a store; makes none. The place as `findPlace` says. */
export function hasStore({ dataFolder, databaseUrl }: Place): boolean {
  return databaseUrl !== undefined || existsSync(databaseFile(dataFolder))
}

/**
 * A store that is only to be read, as it is: nothing is made, changed or waited for. Null when there
 * is none.
 * @throws UserFacingError store-newer, store-migration-changed, store-unavailable, store-damaged
 */
export async function openStoreToRead(place: Place): Promise<Store | null> {
  if (!hasStore(place)) return null
  const database = await openDatabase({ ...place, exclusive: false })
  try {
    if (await hasTables(database)) {
      const known = await readMigrations(database.engine)
      pendingMigrations(known, await appliedTo(database))
      return createStore({ database, masterKeys: masterKeysOf(place), now: Date.now })
    }
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  await database[Symbol.asyncDispose]()
  return null
}

/**
 * A store that is to be looked at, also where a server would refuse it: tables of an older version,
 * settings that lose data. Nothing is made, changed or waited for.
 * @param place undefined `databaseUrl`: in the data folder
 * @throws UserFacingError store-missing, store-unavailable, store-damaged, master-key-invalid
 */
export async function openStoreToExamine(place: Place): Promise<Store> {
  if (!hasStore(place)) throw storeMissing(place)
  const masterKeys = masterKeysOf(place)
  const database = await openDatabase({ ...place, exclusive: false, unsafe: true })
  try {
    if (!(await hasTables(database))) throw storeMissing(place)
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  return createStore({ database, masterKeys, now: Date.now })
}

/** What a command tells that finds no data, whatever it was to do with them. */
export function storeMissing({
  dataFolder,
  databaseUrl = '',
}: Pick<Place, 'dataFolder' | 'databaseUrl'>): UserFacingError {
  const where = databaseUrl === '' ? `the folder ${dataFolder}` : 'the database in DATABASE_URL'
  return new UserFacingError(
    'store-missing',
    `There are no data of Proofloop in ${where}. Run proofloop start once, or check --data and DATABASE_URL.`,
  )
}

async function hasTables({ engine, kysely }: Database): Promise<boolean> {
  if (engine === 'postgres') {
    const name = sql<string | null>`to_regclass('proofloop_migrations')`
    return (await kysely.selectNoFrom(name.as('name')).executeTakeFirst())?.name !== null
  }
  const tables = sql<{ name: string }>`sqlite_master`
  const found = kysely.selectFrom(tables.as('tables')).select('name')
  return (await found.where('name', '=', 'proofloop_migrations').execute()).length > 0
}

async function appliedTo({ kysely }: Database): Promise<{ name: string; hash: string }[]> {
  const history = sql<{ name: string; hash: string }>`proofloop_migrations`
  return kysely.selectFrom(history.as('history')).select(['name', 'hash']).execute()
}
