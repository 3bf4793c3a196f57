import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a PostgreSQL on which databases may be made. */
    databaseUrl: string
  }
}

/** Starts the services that tests of `npm run test:services` need, unless the environment has them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.DATABASE_URL
  if (given !== undefined && given !== '') {
    project.provide('databaseUrl', given)
    return undefined
  }
  const server = await startPostgres()
  project.provide('databaseUrl', server.url)
  return async () => server[Symbol.asyncDispose]()
}
