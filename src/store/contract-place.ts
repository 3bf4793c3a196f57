import type { Store } from './store.ts'

/** An empty place that stores are opened on, one after the other or at once. */
type StorePlace = {
  /** @param env with a master key; the place has its own otherwise */
  open(now?: () => number, env?: Record<string, string>): Promise<Store>
} & AsyncDisposable

export type CreatePlace = () => Promise<StorePlace>

/** For tests that want one store on an empty place. */
export function usingStore(createPlace: CreatePlace) {
  return (use: (store: Store) => Promise<void>) => async (): Promise<void> => {
    await using place = await createPlace()
    await using store = await place.open()
    await use(store)
  }
}
