import path from 'node:path'
import { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { lockDataFolder, makeDataFolder } from './data-folder.ts'
import { createSqliteDialect, queryResult, statementOf } from './sqlite-dialect.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import { SqliteReaders } from './sqlite-readers.ts'
import { SqliteWriter } from './sqlite-writer.ts'

export type SqliteOptions = {
  dataFolder: string
  /** Refuses a second one on the folder; false for commands that run beside a server. */
  exclusive: boolean
}

/** @throws UserFacingError store-locked, store-unavailable */
export async function openSqlite({ dataFolder, exclusive }: SqliteOptions): Promise<Database> {
  await makeDataFolder(dataFolder)
  const lock = exclusive ? await lockDataFolder(dataFolder) : undefined
  const file = path.join(dataFolder, 'proofloop.db')
  const writer = new SqliteWriter(file)
  const readers = new SqliteReaders(file)
  const translate = (error: unknown): Promise<Error> => translateSqliteError(error, file)
  const kysely = new Kysely<Tables>({
    dialect: createSqliteDialect({ writer, readers, translate }),
  })
  return {
    engine: 'sqlite',
    kysely,
    async atomically(steps) {
      const compiled = steps.map(({ query, required = false }) => ({
        ...statementOf(query.compile()),
        required,
      }))
      const results = await writer.write(compiled).catch(async (error: unknown) => {
        throw await translate(error)
      })
      return results?.map((result) => queryResult(result)) ?? null
    },
    migrateWith: (work) => migrateWith({ writer, translate }, work),
    async [Symbol.asyncDispose]() {
      await kysely.destroy()
      await readers[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
      lock?.[Symbol.dispose]()
    },
  }
}

type Migrator = { writer: SqliteWriter; translate: (error: unknown) => Promise<Error> }

/** SQLite has one writer at a time over all processes: a transaction is the lock. */
async function migrateWith(
  { writer, translate }: Migrator,
  work: Parameters<Database['migrateWith']>[0],
): Promise<void> {
  try {
    await writer.begin()
    await work({
      query: async (sql, parameters = []) => {
        const { rows } = await writer.query({ sql: sql.replaceAll(/\$\d+/g, '?'), parameters })
        return rows
      },
      script: (sql) => writer.script(sql),
    }).catch(async (error: unknown) => {
      await writer.end(false)
      throw error
    })
    await writer.end(true)
  } catch (error) {
    throw await translate(error)
  }
}
