import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { Datasets } from '../store/datasets.ts'

const entriesAtOnce = 5000

/** For work that shows nobody anything of them; `DatasetReader` is for who reads. */
export async function readAllEntries(
  datasets: Pick<Datasets, 'entries'>,
  version: DatasetVersion,
): Promise<DatasetEntry[]> {
  const all: DatasetEntry[] = []
  for (let after: string | undefined; ;) {
    const page = { after, limit: entriesAtOnce }
    const entries = await datasets.entries('everything', version.id, page)
    all.push(...entries)
    after = entries.at(-1)?.id
    if (entries.length < entriesAtOnce) return all
  }
}

const examplesAtOnce = 200

/** Likewise. */
export async function* readAllExamples(
  datasets: Pick<Datasets, 'examples'>,
  version: DatasetVersion,
): AsyncGenerator<StoredExample> {
  for (let after: string | undefined; ;) {
    const page = { after, limit: examplesAtOnce }
    const examples = await datasets.examples('everything', version.id, page)
    yield* examples
    after = examples.at(-1)?.id
    if (examples.length < examplesAtOnce) return
  }
}
