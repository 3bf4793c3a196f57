import type { Compilable, Kysely, QueryResult } from 'kysely'
import type { Engine, MigrationSession } from './migrate.ts'
import type { Tables } from './tables.ts'

/** One statement of a transaction. */
export type Step = {
  query: Compilable
  /** When it touches and returns no row, the whole transaction is undone. */
  required?: boolean
  /** On SQLite: the statement is run with each of these as its parameters, instead of its own. */
  runs?: unknown[][]
}

/** What the two engines have in common; everything that resolves after a write is durable. */
export type Database = {
  engine: Engine
  kysely: Kysely<Tables>
  /**
   * All steps or none, in one trip to the engine.
   * @returns null when a required step touched nothing, and so nothing was written
   */
  atomically: (steps: Step[]) => Promise<QueryResult<unknown>[] | null>
  /** Runs `work` in one transaction that no other process runs at the same time. */
  migrateWith: (work: (session: MigrationSession) => Promise<void>) => Promise<void>
} & AsyncDisposable
