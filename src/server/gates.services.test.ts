import { inject } from 'vitest'
import { createDatabase, dropDatabase } from '../../test/helpers/postgres-server.ts'
import { createReaderRole } from '../../test/helpers/reader-role.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { describeGates } from './gates-contract.ts'

/** On PostgreSQL, where requests read by a role of their own: gates read beyond it. */
describeGates(async (options = {}) => {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createDatabase(inject('databaseUrl'))
  stack.defer(() => dropDatabase(databaseUrl))
  const role = stack.use(await createReaderRole(databaseUrl))
  const env = { ...options.env, PROOFLOOP_READER_DATABASE_URL: role.url }
  const server = stack.use(await testServer({ ...options, databaseUrl, env }))
  const all = stack.move()
  return { ...server, [Symbol.asyncDispose]: () => all.disposeAsync() }
})
