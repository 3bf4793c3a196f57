import pg from 'pg'
import { expect, test } from 'vitest'
import { dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../../test/helpers/store-database.ts'
import { openStore } from '../open-store.ts'

test.each([
  ['a gap', 'delete from audit_log where sequence = 2', { sequence: 3, kind: 'missing' }],
  [
    'a changed row',
    "update audit_log set actor = 'x' where sequence = 4",
    { sequence: 4, kind: 'changed' },
  ],
  ['a cut tail', 'delete from audit_log where sequence > 3', { sequence: 4, kind: 'missing' }],
])('%s of the audit log is found, which the database refuses first', async (_, change, fault) => {
  const databaseUrl = await createStoreDatabase()
  {
    await using store = await openStore({ dataFolder: 'unused', databaseUrl })
    const event = { actor: 'ann', action: 'exported' as const }
    await store.audit.append(['a', 'b', 'c', 'd', 'e'].map((subject) => ({ ...event, subject })))
    const kept = await store.audit.head()
    const client = new pg.Client(databaseUrl)
    await client.connect()
    await expect(client.query(change)).rejects.toThrow('append-only')
    // Only who owns the table can go on.
    await client.query('alter table audit_log disable trigger audit_log_never_changes')
    await client.query(change)
    await client.end()
    expect((await store.audit.verify({ kept })).fault).toEqual(fault)
  }
  await dropDatabase(databaseUrl)
})
