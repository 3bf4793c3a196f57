import type { TestProject } from 'vitest/node'
import { openStore } from '../../src/store/open-store.ts'
import { createDatabase, dropDatabase, startPostgres } from './postgres-server.ts'
import { tempFolder } from './temp-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a PostgreSQL on which databases may be made. */
    databaseUrl: string
    /** Of a database with a store's tables and nothing in them, to be copied. */
    tablesUrl: string
  }
}

/** Starts the services that tests of `npm run test:services` need, unless the environment has them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack()
  const url = process.env.DATABASE_URL || stack.use(await startPostgres()).url
  project.provide('databaseUrl', url)
  const tablesUrl = await createDatabase(url)
  stack.defer(() => dropDatabase(tablesUrl))
  await makeTables(tablesUrl)
  project.provide('tablesUrl', tablesUrl)
  const started = stack.move()
  return () => started.disposeAsync()
}

/** To make them anew takes a test longer than what it tests. */
async function makeTables(databaseUrl: string): Promise<void> {
  await using folder = await tempFolder()
  await (await openStore({ dataFolder: folder.folder, databaseUrl }))[Symbol.asyncDispose]()
}
