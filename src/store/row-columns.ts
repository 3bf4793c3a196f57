import { type SelectQueryBuilder, sql } from 'kysely'
import type { StoredError } from '../schema/stored-error.ts'

type ErrorColumns = { error_code: string | null; error_message: string | null }

export function errorOf({ error_code, error_message }: ErrorColumns): StoredError | null {
  return error_code === null ? null : { code: error_code, message: error_message ?? '' }
}

export function errorColumns(error: StoredError | null): ErrorColumns {
  return { error_code: error?.code ?? null, error_message: error?.message ?? null }
}

/** Engines without booleans have 0 and 1. */
export function flag(value: boolean): number {
  return value ? 1 : 0
}

/** Engines allow some ten thousand parameters a statement. */
export function batches<T>(rows: T[]): T[][] {
  return chunksOf(rows, 500)
}

/** Of a transaction of many: some milliseconds, in which nobody else writes. */
export const rowsAtOnce = 2000

export function chunksOf<T>(rows: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows.slice(i * size, (i + 1) * size),
  )
}

/** Of pages that go from new to old: rows older than the last one of the page before. */
export function isBefore(columns: [time: string, id: string], last: [time: number, id: string]) {
  const [time, id] = columns.map((column) => sql.ref(column))
  return sql<boolean>`(${time}, ${id}) < (${last[0]}, ${last[1]})`
}

/** A page of what was started at some time, newest first. */
export type NewestFirst = {
  /** The last one of the page before. */
  before?: { startedAt: number; id: string }
  limit: number
}

/** The rows of that page. */
export function newestFirst<DB, Table extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { before, limit }: NewestFirst,
): SelectQueryBuilder<DB, Table, Row> {
  return query
    .$if(before !== undefined, (all) =>
      all.where(isBefore(['started_at', 'id'], [before?.startedAt ?? 0, before?.id ?? ''])),
    )
    .orderBy(sql.ref('started_at'), 'desc')
    .orderBy(sql.ref('id'), 'desc')
    .limit(limit)
}
