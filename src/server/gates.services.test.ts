import { dropDatabase } from '../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../test/helpers/store-database.ts'
import { createReaderRole } from '../../test/helpers/reader-role.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { describeGates } from './gates-contract.ts'

/** On PostgreSQL, where requests read what a gate found by a role of their own, and gates beyond it. */
describeGates(async (options = {}) => {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createStoreDatabase()
  stack.defer(() => dropDatabase(databaseUrl))
  const role = stack.use(await createReaderRole(databaseUrl))
  const env = { ...options.env, PROOFLOOP_READER_DATABASE_URL: role.url }
  const server = stack.use(await testServer({ ...options, databaseUrl, env }))
  const all = stack.move()
  return { ...server, [Symbol.asyncDispose]: () => all.disposeAsync() }
})
