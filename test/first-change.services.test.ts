import { expect, test } from 'vitest'
import { firstChangeFolder, followFirstChange } from './helpers/first-change.ts'
import { dropDatabase } from './helpers/postgres-server.ts'
import { createStoreDatabase } from './helpers/store-database.ts'
import { serverProcess } from './helpers/server-process.ts'

test('the first changes go the same way on PostgreSQL, with two workers', async () => {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createStoreDatabase()
  stack.defer(() => dropDatabase(databaseUrl))
  const folder = stack.use(await firstChangeFolder())
  const start = async (role: 'api' | 'worker') =>
    stack.use(
      await serverProcess(['--role', role, '--port', '0', '--flow', 'reviews'], {
        cwd: folder.cwd,
        env: { DATABASE_URL: databaseUrl },
      }),
    )
  const api = await start('api')
  const workers = [await start('worker'), await start('worker')]
  const commands = await followFirstChange(folder, api)
  expect(commands).toBeGreaterThan(15)
  for (const worker of workers) expect(await worker.end('SIGTERM')).toBe(0)
})
