import { inject } from 'vitest'
import { copyDatabase } from './postgres-server.ts'

/** A database of its own with a store's tables and nothing in them, in tests of services. */
export function createStoreDatabase(): Promise<string> {
  return copyDatabase(inject('tablesUrl'))
}
