import { readPages } from '../lib/read-pages.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { Datasets } from '../store/datasets.ts'

const entriesAtOnce = 5000

/** For work that shows nobody anything of them; `DatasetReader` is for who reads. */
export function readAllEntries(
  datasets: Pick<Datasets, 'entries'>,
  { id }: DatasetVersion,
  split?: Split,
): Promise<DatasetEntry[]> {
  const read = (page: { limit: number }) => datasets.entries('everything', id, { ...page, split })
  return Array.fromAsync(readPages(read, entriesAtOnce))
}

/** The newest version of a dataset and what is in it. */
export type Newest = {
  dataset: string
  /** Null: there is no such dataset yet. */
  version: DatasetVersion | null
  entries: readonly DatasetEntry[]
}

/** Likewise. */
export async function readNewest(
  datasets: Pick<Datasets, 'entries' | 'version'>,
  dataset: string,
): Promise<Newest> {
  const version = await datasets.version('everything', { dataset })
  const entries = version === null ? [] : await readAllEntries(datasets, version)
  return { dataset, version, entries }
}

const examplesAtOnce = 200

/** Likewise. */
export function readAllExamples(
  datasets: Pick<Datasets, 'examples'>,
  { id }: DatasetVersion,
): AsyncGenerator<StoredExample> {
  const read = (page: { limit: number }) => datasets.examples('everything', id, page)
  return readPages(read, examplesAtOnce)
}
