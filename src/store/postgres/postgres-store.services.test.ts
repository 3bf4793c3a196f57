import { inject } from 'vitest'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { openStore } from '../open-store.ts'
import { describeStoreContract } from '../store-contract.ts'

describeStoreContract('PostgreSQL', async () => {
  const databaseUrl = await createDatabase(inject('databaseUrl'))
  return {
    open: (now) => openStore({ dataFolder: 'unused', databaseUrl, now }),
    [Symbol.asyncDispose]: () => dropDatabase(databaseUrl),
  }
})
