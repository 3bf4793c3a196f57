import {
  type CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely'
import type { SQLInputValue } from 'node:sqlite'
import type { SqliteReaders } from './sqlite-readers.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import type { SqliteResult, SqliteStatement } from './worker-protocol.ts'

type Threads = {
  writer: SqliteWriter
  readers: SqliteReaders
  /** Of what a thread reports, for people. */
  translate: (error: unknown) => Promise<Error>
}

/** SQLite in worker threads: selects go to the readers, everything else and transactions to the writer. */
export function createSqliteDialect(threads: Threads): Dialect {
  return {
    createDriver: () => new SqliteThreadsDriver(threads),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteThreadsAdapter(),
    createIntrospector: (kysely: Kysely<unknown>) => new SqliteIntrospector(kysely),
  }
}

/** Kysely would otherwise wait for each query before it sends the next. */
class SqliteThreadsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class SqliteThreadsDriver implements Driver {
  readonly #threads: Threads

  constructor(threads: Threads) {
    this.#threads = threads
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#threads)
  }

  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.end(true)
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.end(false)
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class SqliteConnection implements DatabaseConnection {
  readonly #threads: Threads
  #held = false

  constructor(threads: Threads) {
    this.#threads = threads
  }

  async begin(): Promise<void> {
    await this.#translated(this.#threads.writer.begin())
    this.#held = true
  }

  async end(keep: boolean): Promise<void> {
    this.#held = false
    await this.#translated(this.#threads.writer.end(keep))
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return queryResult(await this.#translated(this.#run(query)))
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Streaming is not supported; read page by page.')
  }

  async #run(query: CompiledQuery): Promise<SqliteResult> {
    const { writer, readers } = this.#threads
    if (this.#held) return writer.query(statementOf(query))
    if (query.query.kind === 'SelectQueryNode') return readers.read(statementOf(query))
    const results = await writer.write([statementOf(query)])
    return results?.[0] ?? 0
  }

  async #translated<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw await this.#threads.translate(error)
    }
  }
}

export function statementOf({ sql, parameters }: CompiledQuery): SqliteStatement {
  return { sql, parameters: parameters.map(bindable) }
}

/** Rows come out of a structured clone as what the query's type says. */
export function queryResult<Row>(result: SqliteResult): QueryResult<Row> {
  if (typeof result === 'number') return { rows: [], numAffectedRows: BigInt(result) }
  return { rows: result as Row[], numAffectedRows: BigInt(result.length) }
}

export function bindable(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  return value as SQLInputValue
}
