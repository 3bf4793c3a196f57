import type { CompiledQuery, Insertable, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** Makes inserts of many rows. */
export type InsertRows = <Table extends keyof Tables>(
  table: Table,
  rows: Insertable<Tables[Table]>[],
  /** Rows that are there already stay as they are. */
  options?: { unlessThere: boolean },
) => { compile(): CompiledQuery }

/**
 * Kysely takes longer to build such a statement than the engine to run it, so it is built once for
 * each number of rows. All rows of a call must have the same columns in the same order.
 */
export function createInsertRows(kysely: Kysely<Tables>): InsertRows {
  const built = new Map<string, CompiledQuery>()
  return (table, rows, { unlessThere } = { unlessThere: false }) => ({
    compile() {
      const key = `${table} ${rows.length} ${unlessThere}`
      const known = built.get(key)
      if (known !== undefined) {
        return { ...known, parameters: rows.flatMap((row) => Object.values(row)) }
      }
      const insert = kysely.insertInto(table).values(rows)
      const compiled = insert
        .$if(unlessThere, (query) => query.onConflict((conflict) => conflict.doNothing()))
        .compile()
      built.set(key, compiled)
      return compiled
    },
  })
}
