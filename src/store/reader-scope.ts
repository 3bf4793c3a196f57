import { AsyncLocalStorage } from 'node:async_hooks'
import type { DocumentScope } from '../schema/access.ts'

/** For whom the work in hand reads. Work that nobody was named for reads nothing behind the wall. */
export type ReaderScope = {
  run: <T>(scopes: DocumentScope[], work: () => T) => T
  current(): DocumentScope[]
}

export function createReaderScope(): ReaderScope {
  const storage = new AsyncLocalStorage<DocumentScope[]>()
  return {
    run: (scopes, work) => storage.run(scopes, work),
    current: () => storage.getStore() ?? [],
  }
}
