import { sql } from 'kysely'
import type { Store } from './store.ts'

/** As better-auth would. */
export async function addPeople(
  { accountTables: { db, type } }: Store,
  ids: string[],
): Promise<void> {
  const isVerified = sql.raw(type === 'postgres' ? 'true' : '1')
  const time = '2026-01-01T00:00:00.000Z'
  for (const id of ids) {
    await sql`
      insert into people (id, name, email, email_verified, roles, created_at, updated_at)
      values (${id}, ${id}, ${id}, ${isVerified}, '[]', ${time}, ${time})`.execute(db)
  }
}
