import { inject } from 'vitest'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../../test/helpers/store-database.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { openStore } from '../open-store.ts'
import { describeStoreContract } from '../store-contract.ts'

describeStoreContract('PostgreSQL', async (tables) => {
  const databaseUrl = await (tables === 'no-tables'
    ? createDatabase(inject('databaseUrl'))
    : createStoreDatabase())
  const folder = await tempFolder()
  return {
    open: (now, env) => openStore({ dataFolder: folder.folder, databaseUrl, now, env }),
    async [Symbol.asyncDispose]() {
      await dropDatabase(databaseUrl)
      await folder[Symbol.asyncDispose]()
    },
  }
})
