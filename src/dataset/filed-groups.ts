import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'

export type FiledDocuments = Pick<Store['documents'], 'groupsOf'>

/** The group of documents that each was filed in of which one of these examples was made, by the document's id. */
export function filedGroups(
  documents: FiledDocuments,
  entries: readonly Pick<DatasetEntry, 'provenance'>[],
): Promise<Map<string, string>> {
  const sources = new Set(entries.flatMap(({ provenance }) => provenance?.source ?? []))
  return documents.groupsOf([...sources])
}

export function filedGroupOf(
  filed: ReadonlyMap<string, string>,
  { provenance }: Pick<DatasetEntry, 'provenance'>,
): string | undefined {
  return filed.get(provenance?.source ?? '')
}
