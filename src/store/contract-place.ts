import type { Store } from './store.ts'

/** A place without content that stores are opened on, one after the other or at once. */
type StorePlace = {
  /** @param env with a master key; the place has its own otherwise */
  open(now?: () => number, env?: Record<string, string>): Promise<Store>
} & AsyncDisposable

/** With its tables, as its first store leaves it, or without. */
export type CreatePlace = (tables?: 'no-tables') => Promise<StorePlace>

/** For tests that want one store without content. */
export function usingStore(createPlace: CreatePlace) {
  return (use: (store: Store) => Promise<void>) => async (): Promise<void> => {
    await using place = await createPlace()
    await using store = await place.open()
    await use(store)
  }
}
