import { AsyncLocalStorage } from 'node:async_hooks'
import type { DocumentScope } from '../schema/access.ts'

/** `figures` of hidden examples, and the audit `log`. */
type SeenWord = 'figures' | 'log'

/** What somebody reads besides documents and what comes from them. */
export type OwnRows = {
  /** Whose own rows. */
  person: string
  sees: readonly SeenWord[]
}

export type Reading = { scopes: DocumentScope[]; own: OwnRows | null }

/** For whom the work in hand reads. Work that nobody was named for reads nothing behind the wall. */
export type ReaderScope = {
  /** @param own left out: nothing but documents and what comes from them */
  run: <T>(scopes: DocumentScope[], work: () => T, own?: OwnRows) => T
  current(): Reading
}

export function createReaderScope(): ReaderScope {
  const storage = new AsyncLocalStorage<Reading>()
  return {
    run: (scopes, work, own) => storage.run({ scopes, own: own ?? null }, work),
    current: () => storage.getStore() ?? { scopes: [], own: null },
  }
}
