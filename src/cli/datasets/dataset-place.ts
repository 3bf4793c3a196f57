import type { Added, DatasetVersionEntry } from '../../schema/api/dataset-version.ts'
import type { DatasetCheck, DatasetDiff, ImportFields } from '../../schema/api/datasets.ts'
import type { Split } from '../../schema/access.ts'

type WantedVersion = {
  dataset: string
  /** Its hash, the beginning of it, or `newest`. */
  version: string
}

type SentDataset = Omit<ImportFields, 'columnMapping'> & {
  dataset: string
  /** As the user named it. */
  path: string
  /** What its lines call our fields, as on the command line. */
  columnMapping?: string[]
}

/** Datasets where they are kept: in a data folder, or by a server. */
export type DatasetPlace = {
  list(): Promise<DatasetVersionEntry[]>
  version(wanted: WantedVersion): Promise<DatasetVersionEntry>
  /** The newest hundred. */
  versions(dataset: string): Promise<DatasetVersionEntry[]>
  diff(compared: { dataset: string; from: string; to: string; limit: number }): Promise<DatasetDiff>
  check(wanted: WantedVersion): Promise<DatasetCheck>
  import(sent: SentDataset): Promise<Added>
  export(wanted: WantedVersion & { split?: Split }): Promise<{
    content: AsyncIterable<Uint8Array>
    /** Of the content. */
    sha256: string
    /** Of the version. */
    hash: string
  }>
} & AsyncDisposable
