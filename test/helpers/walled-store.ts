import pg from 'pg'
import { openServedStore } from '../../src/store/open-store.ts'
import { dropDatabase } from './postgres-server.ts'
import { createReaderRole } from './reader-role.ts'
import { createStoreDatabase } from './store-database.ts'
import { tempFolder } from './temp-folder.ts'

export type WalledStore = Awaited<ReturnType<typeof createWalledStore>>

/** A store with a role for readers; the URL of each. */
export async function createWalledStore() {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createStoreDatabase()
  stack.defer(() => dropDatabase(databaseUrl))
  const folder = stack.use(await tempFolder())
  const role = stack.use(await createReaderRole(databaseUrl))
  const open = (readerUrl: string) =>
    openServedStore({ dataFolder: folder.folder, databaseUrl, readerUrl })
  const { store, readers } = await open(role.url)
  stack.use(store)
  stack.use(readers)
  const all = stack.move()
  return {
    databaseUrl,
    role,
    open,
    store,
    readers,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** In a session of its own. */
export async function asRole<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
