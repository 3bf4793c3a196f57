import { existsSync } from 'node:fs'
import path from 'node:path'
import { once } from '../lib/once.ts'
import { databaseFile } from '../store/sqlite/database-file.ts'
import type { Store } from '../store/store.ts'
import type { Io } from './io.ts'

/** What a server keeps, or would: the data folder, or PostgreSQL. Nothing is opened before it is used. */
export type LocalStore = {
  dataFolder: string
  /** Beside a server; made when it is missing. @throws UserFacingError as `openStore` */
  open(): Promise<Store>
  /** Whether it is in PostgreSQL, whose servers may be elsewhere. */
  isShared(): Promise<boolean>
  /** Whether there is one; makes none. @throws UserFacingError as `findPlace` */
  isMade(): Promise<boolean>
  /** Null when it was never made. @throws UserFacingError as `openStoreToRead` */
  openToRead(): Promise<Store | null>
} & AsyncDisposable

/** What opens a store is loaded when one is: most of the start of a run without would go into it. */
export function createLocalStore({ data }: { data: string }, io: Io): LocalStore {
  const stack = new AsyncDisposableStack()
  const dataFolder = path.resolve(io.cwd, data)
  const databaseUrl = io.env['DATABASE_URL']
  const finding = () => import('../store/find-store.ts')
  const place = once(async () => (await finding()).findPlace({ dataFolder, databaseUrl }))
  const mayBe = (): boolean => Boolean(databaseUrl) || existsSync(databaseFile(dataFolder))
  return {
    dataFolder,
    open: once(async () => {
      const { openStore } = await import('../store/open-store.ts')
      return stack.use(await openStore({ ...(await place()), env: io.env, exclusive: false }))
    }),
    isShared: async () => (await place()).databaseUrl !== undefined,
    // Asked at the start of each run: the file in the data folder tells it without loading anything.
    isMade: async () => mayBe() && (!databaseUrl || (await finding()).hasStore(await place())),
    openToRead: once(async () => {
      if (!mayBe()) return null
      return stack.use(await (await finding()).openStoreToRead({ ...(await place()), env: io.env }))
    }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
