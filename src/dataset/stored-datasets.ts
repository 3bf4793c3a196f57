import path from 'node:path'
import { contentHash } from '../lib/content-hash.ts'
import { readPages } from '../lib/read-pages.ts'
import type { Example } from '../schema/example.ts'
import type { StoredExample } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { type DatasetSource, folderDatasets, joinDatasets } from './dataset-source.ts'
import { withoutEmpty } from './fields.ts'
import type { Dataset } from './read-dataset.ts'

/** A server's: in its store, and in `datasets/` of its folders. @param folders the first one's names win */
export function serverDatasets(
  store: () => Promise<Pick<Store, 'datasets'>>,
  folders: readonly string[],
): DatasetSource {
  const inFolders = folders.map((folder) => path.join(folder, 'datasets'))
  return joinDatasets([storedDatasets(store), folderDatasets(inFolders)])
}

/** Whoever measures here sees no other split. */
const scope = 'evaluation'
const examplesAtOnce = 500

/** Versions of datasets in the store, the newest of each unless told otherwise, as whoever measures may read them. */
export function storedDatasets(store: () => Promise<Pick<Store, 'datasets'>>): DatasetSource {
  return {
    async names() {
      const { datasets } = await store()
      return (await datasets.list(scope)).map(({ dataset }) => dataset).toSorted()
    },
    async has(name) {
      const { datasets } = await store()
      return (await datasets.version(scope, { dataset: name })) !== null
    },
    async list() {
      const { datasets } = await store()
      return (await datasets.list(scope)).map(({ dataset: name, splits }) => {
        const size = splits.find(({ split }) => split === scope)
        return { name, documents: size?.examples ?? 0, issues: size?.issues ?? 0, problem: null }
      })
    },
    async example(name, id) {
      const { datasets } = await store()
      const version = await datasets.version(scope, { dataset: name })
      const found = version && (await datasets.example(scope, version.id, id))
      return found === null ? null : (exampleOf(found)[0] ?? null)
    },
    // Nothing in this split of an older version was hidden since: what engineers have seen never is.
    async open(name, split, hash) {
      if (split !== scope) return null
      const { datasets } = await store()
      const wanted =
        hash === undefined ? null : await datasets.version(scope, { dataset: name, hash })
      const version = wanted ?? (await datasets.version(scope, { dataset: name }))
      if (version === null) return null
      return datasetOf(await allExamples(datasets, version.id), { name, hash: version.hash })
    },
  }
}

/** What is left of a split to measure on; null when that is nothing. @param named its hash as it was added */
export function datasetOf(
  stored: readonly StoredExample[],
  named: Pick<Dataset, 'name' | 'hash'>,
): Dataset | null {
  const examples = stored.flatMap(exampleOf)
  if (examples.length === 0) return null
  const forgotten = stored.filter(({ content }) => content === null).map(({ id }) => id)
  // Without some of its documents it is another dataset.
  const hash = forgotten.length === 0 ? named.hash : contentHash([named.hash, forgotten])
  return { name: named.name, examples, hash }
}

function allExamples(
  datasets: Pick<Store['datasets'], 'examples'>,
  version: string,
): Promise<StoredExample[]> {
  const read = (page: { limit: number }) =>
    datasets.examples(scope, version, { ...page, split: scope })
  return Array.fromAsync(readPages(read, examplesAtOnce))
}

/** None of a document that was forgotten. */
function exampleOf({ id, group, content }: StoredExample): Example[] {
  if (content === null) return []
  const { paragraphs, labels } = content
  const { issues, extra } = labels
  return [{ id, document: { paragraphs }, issues, group, ...withoutEmpty({ extra }) }]
}
