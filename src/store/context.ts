import type { Database } from './database.ts'

/** What every part of the store is made from. */
export type StoreContext = {
  database: Database
  /** UTC epoch milliseconds. */
  now: () => number
}
