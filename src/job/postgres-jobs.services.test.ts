import { inject } from 'vitest'
import { createDatabase, dropDatabase } from '../../test/helpers/postgres-server.ts'
import { describeJobContract } from './job-contract.ts'

describeJobContract('PostgreSQL', async () => {
  const databaseUrl = await createDatabase(inject('databaseUrl'))
  return {
    store: { dataFolder: 'unused', databaseUrl },
    [Symbol.asyncDispose]: () => dropDatabase(databaseUrl),
  }
})
