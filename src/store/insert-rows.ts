import type { CompiledQuery, Insertable, Kysely } from 'kysely'
import type { Database, Step } from './database.ts'
import { batches } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** Steps that insert rows, any number of them. */
export type InsertRows = <Table extends keyof Tables>(
  table: Table,
  rows: Insertable<Tables[Table]>[],
  /** Rows that are there already stay as they are. */
  options?: { unlessThere: boolean },
) => Step[]

/**
 * PostgreSQL gets many rows in one statement, since each costs a message; SQLite the statement of one
 * row many times, which it runs in two thirds of the time. Kysely takes longer to build either than the
 * engines to run it, so it is built once for each number of rows. All rows of a call must have the same
 * columns in the same order.
 */
export function createInsertRows({
  kysely,
  engine,
}: Pick<Database, 'kysely' | 'engine'>): InsertRows {
  const built = new Map<string, CompiledQuery>()
  return (table, rows, { unlessThere } = { unlessThere: false }) => {
    const statementOf = (some: typeof rows): CompiledQuery => {
      const key = `${table} ${some.length} ${unlessThere}`
      const known = built.get(key) ?? compile(kysely, { table, rows: some, unlessThere })
      built.set(key, known)
      return known
    }
    if (engine === 'sqlite') {
      const query = statementOf(rows.slice(0, 1))
      const runs = rows.map((row) => Object.values(row))
      return rows.length === 0 ? [] : [{ query: { compile: () => query }, runs }]
    }
    return batches(rows).map((batch) => {
      const query = {
        ...statementOf(batch),
        parameters: batch.flatMap((row) => Object.values(row)),
      }
      return { query: { compile: () => query } }
    })
  }
}

type Insert = {
  table: keyof Tables
  rows: Insertable<Tables[keyof Tables]>[]
  unlessThere: boolean
}

function compile(kysely: Kysely<Tables>, { table, rows, unlessThere }: Insert): CompiledQuery {
  return kysely
    .insertInto(table)
    .values(rows)
    .$if(unlessThere, (query) => query.onConflict((conflict) => conflict.doNothing()))
    .compile()
}
