import type { Split } from '../schema/access.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'

/** Datasets as one person sees them, who is in the audit log before a hidden example comes back. */
export type Readable = {
  version(wanted: { dataset: string; hash?: string }): Promise<DatasetVersion | null>
  allEntries(version: DatasetVersion, split?: Split): AsyncIterable<DatasetEntry>
  allExamples(version: DatasetVersion, split?: Split): AsyncIterable<StoredExample>
  example(version: DatasetVersion, id: string): Promise<StoredExample | null>
}
