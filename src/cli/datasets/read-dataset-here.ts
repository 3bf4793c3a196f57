import { parseColumnMapping } from '../../dataset/column-mapping.ts'
import { loadExamples, type LoadedExample } from '../../dataset/loaded-example.ts'
import type { ReadFrom } from '../../dataset/named-documents.ts'
import { readExamples } from '../../dataset/read-dataset.ts'
import { createDocumentReader } from '../../document/document-reader.ts'
import type { Io } from '../io.ts'

type Read = {
  path: string
  /** As they stand on the command line. */
  columnMapping?: string[]
}

/** @throws UserFacingError column-mapping, those of `readExamples` and of documents */
export async function readDatasetHere(
  { path: name, columnMapping }: Read,
  { stored }: Pick<ReadFrom, 'stored'>,
  { cwd, signal }: Io,
): Promise<LoadedExample[]> {
  const columns = columnMapping && parseColumnMapping(columnMapping)
  const examples = await readExamples(name, cwd, { columns, stored })
  await using reader = createDocumentReader()
  return await loadExamples(examples, reader, { signal })
}
