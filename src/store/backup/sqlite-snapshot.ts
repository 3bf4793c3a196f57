import { existsSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { translateSqliteError } from '../sqlite/sqlite-errors.ts'
import { failureOf } from '../sqlite/statements.ts'
import { SqliteError } from '../sqlite/worker-link.ts'
import {
  inBatches,
  inOrderOfReference,
  leftOut,
  stepOf,
  type Snapshot,
  type Value,
} from './snapshot.ts'

const busyTimeout = 5000

/**
 * A read transaction of this thread, which waits for the disk: for commands, not for a server.
 * Null when there is no store in the folder.
 */
export async function openSqliteSnapshot(dataFolder: string): Promise<Snapshot | null> {
  const file = path.join(dataFolder, 'proofloop.db')
  if (!existsSync(file)) return null
  const failed = (error: unknown): Promise<Error> =>
    translateSqliteError(new SqliteError(failureOf(error)), file)
  try {
    return begin(new DatabaseSync(file, { timeout: busyTimeout }), failed)
  } catch (error) {
    throw await failed(error)
  }
}

function begin(
  database: DatabaseSync,
  failed: (error: unknown) => Promise<Error>,
): Snapshot | null {
  database.exec('PRAGMA query_only = 1; BEGIN')
  const names = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map(({ name }) => String(name))
  const tables = names(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by rowid",
  )
  if (!tables.includes('proofloop_migrations')) {
    database.close()
    return null
  }
  const references = database
    .prepare(
      `select m.name as source, f."table" as target
       from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`,
    )
    .all()
    .map(({ source, target }) => ({ from: String(source), to: String(target) }))
  return {
    steps: names('select name from proofloop_migrations order by name').map(stepOf),
    tables: inOrderOfReference(tables, references)
      .filter((name) => !leftOut.includes(name))
      .map((name) => ({ name, columns: names(`select name from pragma_table_info('${name}')`) })),
    async *rows(table) {
      try {
        yield* inBatches(rowsOf(database, table))
      } catch (error) {
        throw await failed(error)
      }
    },
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

function* rowsOf(database: DatabaseSync, table: string): Generator<Value[]> {
  for (const row of database.prepare(`select * from "${table}"`).iterate()) {
    yield Object.values(row).map((value) => (typeof value === 'bigint' ? Number(value) : value))
  }
}
