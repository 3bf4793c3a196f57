import path from 'node:path'
import { findPlace, hasStore, openStoreToRead } from '../store/find-store.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import type { Io } from './io.ts'

/** What a server keeps, or would: the data folder, or PostgreSQL. Nothing is opened before it is used. */
export type LocalStore = {
  dataFolder: string
  /** Undefined: in the data folder. */
  databaseUrl(): Promise<string | undefined>
  /** Beside a server; made when it is missing. @throws UserFacingError as `openStore` */
  open(): Promise<Store>
  /** The same when it is there already, else null. */
  openIfMade(): Promise<Store | null>
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
    databaseUrl: async () => (await place()).databaseUrl,
    open,
    openIfMade: async () => (hasStore(await place()) ? open() : null),
    openToRead: once(async () => stack.use(await openStoreToRead(await place()))),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
