import type { Database } from './database.ts'
import type { MasterKeys } from './secrets/master-keys.ts'

/** What every part of the store is made from. */
export type StoreContext = {
  database: Database
  masterKeys: MasterKeys
  /** UTC epoch milliseconds. */
  now: () => number
}
