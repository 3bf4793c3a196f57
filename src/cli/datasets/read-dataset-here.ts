import { loadExamples, type LoadedExample } from '../../dataset/loaded-example.ts'
import { readExamples } from '../../dataset/read-dataset.ts'
import { createDocumentReader } from '../../document/document-reader.ts'
import type { Io } from '../io.ts'

/** @throws UserFacingError as `readExamples`, and those of documents */
export async function readDatasetHere(name: string, { cwd, signal }: Io): Promise<LoadedExample[]> {
  const examples = await readExamples(name, cwd)
  await using reader = createDocumentReader()
  return await loadExamples(examples, reader, { signal })
}
