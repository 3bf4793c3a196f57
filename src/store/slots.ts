import { sql } from 'kysely'
import type { Database, Step } from './database.ts'

/** Any number that nothing else locks by. */
const slotLock = 7_306_906_969

/**
 * Two that begin at once must not both take the same time. SQLite has one writer anyway.
 * @param lock a number that nothing else locks by, or a name
 */
export function oneAtATime(
  { engine, kysely }: Pick<Database, 'engine' | 'kysely'>,
  lock: number | string = slotLock,
): Step[] {
  if (engine === 'sqlite') return []
  const key = typeof lock === 'number' ? sql`${lock}::bigint` : sql`hashtextextended(${lock}, 0)`
  return [{ query: kysely.selectNoFrom(sql`pg_advisory_xact_lock(${key})`.as('locked')) }]
}

type Times = {
  /** UTC epoch milliseconds. */
  now: number
  /** Milliseconds until it is answered, from now or from when the last one is; null: nobody waits. */
  every: number | null
}

/** When what begins now is answered: so that it tells how many there were, and nothing of how long they took. */
export function dueAfter(table: 'gates' | 'gate_audits', { now, every }: Times) {
  if (every === null) return null
  const last = sql<number>`coalesce((select max(due_at) from ${sql.table(table)}), 0)`
  return sql<number>`${Math.round(every)} + case when ${last} > ${now} then ${last} else ${now} end`
}
