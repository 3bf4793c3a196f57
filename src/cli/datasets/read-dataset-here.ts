import { loadExamples, type LoadedExample } from '../../dataset/loaded-example.ts'
import { readDataset } from '../../dataset/read-dataset.ts'
import { createDocumentReader } from '../../document/document-reader.ts'
import type { Io } from '../io.ts'

/** @throws UserFacingError as `readDataset`, and those of documents */
export async function readDatasetHere(name: string, { cwd, signal }: Io): Promise<LoadedExample[]> {
  const { examples } = await readDataset(name, cwd)
  await using reader = createDocumentReader()
  return await loadExamples(examples, reader, { signal })
}
