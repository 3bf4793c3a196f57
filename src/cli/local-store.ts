import path from 'node:path'
import { findPlace, hasStore, openStoreToRead } from '../store/find-store.ts'
import { openStore } from '../store/open-store.ts'
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

export function createLocalStore({ data }: { data: string }, io: Io): LocalStore {
  const stack = new AsyncDisposableStack()
  const dataFolder = path.resolve(io.cwd, data)
  const place = once(() => findPlace({ dataFolder, databaseUrl: io.env['DATABASE_URL'] }))
  const open = once(async () => {
    return stack.use(await openStore({ ...(await place()), exclusive: false }))
  })
  return {
    dataFolder,
    open,
    isShared: async () => (await place()).databaseUrl !== undefined,
    isMade: async () => hasStore(await place()),
    openToRead: once(async () => stack.use(await openStoreToRead(await place()))),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
