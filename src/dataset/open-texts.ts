import { textOf } from '../document/document-text.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { readAllExamples } from './read-all-entries.ts'

/** Texts of all that engineers see of a version: what stands in one of them is no secret. */
export async function openTexts(
  datasets: Store['datasets'],
  version: DatasetVersion,
): Promise<string[]> {
  const texts: string[] = []
  for await (const { split, content } of readAllExamples(datasets, version)) {
    if (split === 'evaluation' && content !== null) texts.push(textOf(content.paragraphs))
  }
  return texts
}
