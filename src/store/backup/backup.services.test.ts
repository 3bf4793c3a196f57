import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { createFolderBlobs } from '../blobs/folder-blobs.ts'
import { openStore } from '../open-store.ts'
import { backUp, openSnapshot } from './backup.ts'
import { describeBackupContract, type BackupTestPlace } from './backup-contract.ts'

async function inSqlite(): Promise<BackupTestPlace> {
  const place = await tempFolder()
  return {
    store: { dataFolder: place.path('.proofloop'), exclusive: false },
    blobs: await createFolderBlobs(place.path('.proofloop/blobs')),
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
}

async function inPostgres(): Promise<BackupTestPlace> {
  const place = await tempFolder()
  const databaseUrl = await createDatabase(inject('databaseUrl'))
  return {
    store: { dataFolder: place.folder, databaseUrl },
    blobs: await createFolderBlobs(place.path('blobs')),
    async [Symbol.asyncDispose]() {
      await dropDatabase(databaseUrl)
      await place[Symbol.asyncDispose]()
    },
  }
}

describeBackupContract('PostgreSQL', inPostgres, inPostgres)
describeBackupContract('PostgreSQL that goes to SQLite', inPostgres, inSqlite)
describeBackupContract('SQLite that goes to PostgreSQL', inSqlite, inPostgres)

test('tables that other programs have in the same database are left out', async () => {
  await using source = await inPostgres()
  await using folder = await tempFolder()
  const { store, blobs } = source
  await (await openStore(store))[Symbol.asyncDispose]()
  const client = new pg.Client(store.databaseUrl)
  await client.connect()
  await client.query(`create table ledger (place point); insert into ledger values ('(1, 2)')`)
  await client.end()
  const place = { ...store, blobs }
  await using snapshot = await openSnapshot(place)
  const names = snapshot.tables.map(({ name }) => name)
  expect(names).toContain('documents')
  expect(names).not.toContain('ledger')
  const { signal } = new AbortController()
  await backUp(place, { file: folder.path('all.backup'), now: 0, signal })
})
