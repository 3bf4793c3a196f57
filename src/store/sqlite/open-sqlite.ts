import { existsSync } from 'node:fs'
import { Kysely } from 'kysely'
import type { Database, Step } from '../database.ts'
import type { Tables } from '../tables.ts'
import { lockDataFolder, makeDatabaseFile } from './data-folder.ts'
import { databaseFile } from './database-file.ts'
import { bindable, createSqliteDialect, queryResult, statementOf } from './sqlite-dialect.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import { SqliteReaders } from './sqlite-readers.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import type { SqliteStep } from './worker-protocol.ts'

export type SqliteOptions = {
  dataFolder: string
  /** Refuses a second one on the folder; false for commands that run beside a server. */
  exclusive: boolean
}

/**
 * How long another process that writes is waited for, in milliseconds. A server answers somebody who
 * waits; a command has the time until a busy server lets it in.
 */
const patienceOf = { server: 5000, command: 60_000 }

/** @throws UserFacingError store-locked, store-unavailable */
export async function openSqlite({ dataFolder, exclusive }: SqliteOptions): Promise<Database> {
  const file = databaseFile(dataFolder)
  if (!existsSync(file)) await makeDatabaseFile(file)
  const lock = exclusive ? await lockDataFolder(dataFolder) : undefined
  const patience = patienceOf[exclusive ? 'server' : 'command']
  const writer = new SqliteWriter({ file, patience })
  const readers = new SqliteReaders({ file, patience })
  const translate = (error: unknown): Promise<Error> => translateSqliteError(error, file)
  const kysely = new Kysely<Tables>({
    dialect: createSqliteDialect({ writer, readers, translate }),
  })
  return {
    engine: 'sqlite',
    kysely,
    async atomically(steps) {
      const results = await writer.write(steps.map(sqliteStep)).catch(async (error: unknown) => {
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

function sqliteStep({ query, required, runs }: Step): SqliteStep {
  const step: SqliteStep = statementOf(query.compile())
  if (required === true) step.required = true
  if (runs !== undefined) step.runs = runs.map((parameters) => parameters.map(bindable))
  return step
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
        const statement = { sql: sql.replaceAll(/\$\d+/g, '?'), parameters }
        return queryResult<Record<string, unknown>>(await writer.query(statement)).rows
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
