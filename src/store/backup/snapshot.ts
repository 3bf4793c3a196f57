import type { Migration } from '../migrate.ts'

/** As both engines can take it back: booleans are 0 and 1, times of accounts ISO 8601 text. */
export type Value = string | number | null | Uint8Array

/** All rows of a store at one moment, while others go on writing. */
export type Snapshot = {
  /** Steps of the tables, without the engine in their names. */
  steps: string[]
  /** Those that others refer to come first. */
  tables: { name: string; columns: string[] }[]
  /** About a megabyte at a time, or one row that is larger. */
  rows(table: string): AsyncIterable<Value[][]>
} & AsyncDisposable

/**
 * Not data: the history of the tables and the key of scopes are made anew, and work in hand is queued
 * anew by the server.
 */
export const leftOut = ['proofloop_migrations', 'reader_key', 'jobs']

/**
 * Of the tables in a database those that its steps have made: other programs may have theirs beside them.
 * All, where a newer version made some.
 */
export function ownTables(
  tables: string[],
  { steps, known }: { steps: string[]; known: Migration[] },
): string[] {
  const knownSteps = new Set(known.map(({ name }) => name))
  if (steps.some((step) => !knownSteps.has(step))) return tables
  const made = known.flatMap(({ sql }) =>
    Array.from(sql.matchAll(/^create table (\w+)/gim), ([, name = '']) => name.toLowerCase()),
  )
  return tables.filter((table) => made.includes(table))
}

/** `005-name.sqlite` and `005-name.postgres` are one step. */
export function stepOf(migration: string): string {
  return migration.replace(/\.(sqlite|postgres)$/, '')
}

/** @param references of a table to another, by name */
export function inOrderOfReference(
  tables: string[],
  references: { from: string; to: string }[],
): string[] {
  const placed = new Set<string>()
  const place = (table: string, above: string[]): void => {
    if (placed.has(table) || above.includes(table)) return
    const needed = references.filter(({ from, to }) => from === table && tables.includes(to))
    for (const { to } of needed) place(to, [...above, table])
    placed.add(table)
  }
  for (const table of tables) place(table, [])
  return [...placed]
}

const batchSize = 2 ** 20

/** How much of the memory a row takes, about. */
function sizeOf(row: Value[]): number {
  return row.reduce<number>((sum, value) => {
    if (value instanceof Uint8Array) return sum + value.byteLength
    return sum + (typeof value === 'string' ? value.length : 8)
  }, 0)
}

/** Rows in lines that are worth one, and that fit into the memory. */
export function* inBatches(rows: Iterable<Value[]>): Generator<Value[][]> {
  let batch: Value[][] = []
  let size = 0
  for (const row of rows) {
    batch.push(row)
    size += sizeOf(row)
    if (size < batchSize) continue
    yield batch
    batch = []
    size = 0
  }
  if (batch.length > 0) yield batch
}
