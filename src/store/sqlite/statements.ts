import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteFailure, SqliteResult, SqliteStatement } from './worker-protocol.ts'

/** More than the store has different texts; inserts of many rows come in as many as their sizes. */
const kept = 500

/** Runs statements on one connection and keeps them prepared, the least recently used go first. */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, { statement: StatementSync; returns: boolean }>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run({ sql, parameters }: SqliteStatement): SqliteResult {
    const { statement, returns } = this.#prepare(sql)
    if (returns) return statement.all(...parameters)
    return Number(statement.run(...parameters).changes)
  }

  /** For one that returns nothing. */
  runEach(sql: string, runs: SQLInputValue[][]): SqliteResult {
    const { statement } = this.#prepare(sql)
    let changes = 0
    for (const parameters of runs) changes += Number(statement.run(...parameters).changes)
    return changes
  }

  #prepare(sql: string): { statement: StatementSync; returns: boolean } {
    const known = this.#prepared.get(sql)
    if (known !== undefined) {
      // Before anything has to go, the order matters to nobody, and keeping it takes a microsecond.
      if (this.#prepared.size === kept) {
        this.#prepared.delete(sql)
        this.#prepared.set(sql, known)
      }
      return known
    }
    const statement = this.#database.prepare(sql)
    const entry = { statement, returns: statement.columns().length > 0 }
    this.#prepared.set(sql, entry)
    const [oldest] = this.#prepared.keys()
    if (this.#prepared.size > kept && oldest !== undefined) this.#prepared.delete(oldest)
    return entry
  }
}

export function failureOf(error: unknown): SqliteFailure {
  if (!(error instanceof Error)) return { message: String(error), errcode: null, stack: '' }
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null
  return { message: error.message, errcode, stack: error.stack ?? '' }
}
