import { inject } from 'vitest'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { createFolderBlobs } from '../blobs/folder-blobs.ts'
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
