import { dropDatabase } from '../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../test/helpers/store-database.ts'
import { describeJobContract } from './job-contract.ts'

describeJobContract('PostgreSQL', async () => {
  const databaseUrl = await createStoreDatabase()
  return {
    store: { dataFolder: 'unused', databaseUrl },
    [Symbol.asyncDispose]: () => dropDatabase(databaseUrl),
  }
})
