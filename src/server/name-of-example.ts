import { hiddenNames } from '../access/hidden-names.ts'
import type { Store } from '../store/store.ts'

/** As the log calls it where the example itself is read; one that is not there any more, by its id. */
export async function nameOfExample(
  store: Pick<Store, 'datasets' | 'secrets'>,
  { dataset, document }: { dataset: string; document: string },
): Promise<string> {
  const newest = await store.datasets.version('everything', { dataset })
  const example = newest && (await store.datasets.example('everything', newest.id, document))
  const nameOf = await hiddenNames(store)
  return nameOf(example?.hash ?? document)
}
