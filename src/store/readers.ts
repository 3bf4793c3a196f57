import type { DocumentScope } from '../schema/access.ts'
import type { StoreContext } from './context.ts'
import { createDatasetReads } from './datasets.ts'
import { createReaderScope } from './reader-scope.ts'
import type { Store } from './store.ts'

/**
 * The store as requests read it. On PostgreSQL with a role for readers, everything that comes from
 * documents is read by that role, and the database itself holds back what is not in the reader's scope.
 */
export type Readers = {
  store: Store
  /** `none`: SQLite has no roles. `down`: PostgreSQL has no role for readers; queries alone hold back. */
  wall: 'up' | 'down' | 'none'
  /** Work for a reader who may see documents of any of these scopes. */
  run: <T>(scopes: DocumentScope[], work: () => T) => T
} & AsyncDisposable

export type ReaderOptions = {
  /** `postgres://…` of a role that may log in and owns nothing; undefined or empty: there is none. */
  readerUrl?: string
}

/** @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable */
export async function openReaders(
  { context, store, createStore }: Opened,
  { readerUrl = '' }: ReaderOptions,
): Promise<Readers> {
  const scope = createReaderScope()
  const { run } = scope
  const isPostgres = context.database.engine === 'postgres'
  if (!isPostgres || readerUrl === '') {
    return {
      store,
      wall: isPostgres ? 'down' : 'none',
      run,
      async [Symbol.asyncDispose]() {},
    }
  }
  const { openReaderDatabase } = await import('./postgres/reader-database.ts')
  const database = await openReaderDatabase(context.database, { readerUrl, scope })
  const { documents, groups, reviews, parts, issues, events, verdicts } = createStore({
    ...context,
    database,
  })
  return {
    // What has no text of documents is read as ever, by the role that also writes.
    store: {
      ...store,
      documents,
      groups,
      reviews,
      parts,
      issues,
      events,
      verdicts,
      // What tells custodians which splits texts are in looks at all of them.
      datasets: { ...store.datasets, ...createDatasetReads(database) },
    },
    wall: 'up',
    run,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

type Opened = {
  context: StoreContext
  store: Store
  createStore: (context: StoreContext) => Store
}
