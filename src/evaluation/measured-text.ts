import { parseDatasetReference } from '../dataset/dataset-source.ts'
import { loadExampleDocuments } from '../dataset/example-document.ts'
import { documentHash } from '../dataset/document-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { MeasuredText } from '../schema/api/evaluations.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { EvaluationHost } from './evaluation-host.ts'

type Host = Pick<EvaluationHost, 'store' | 'datasets' | 'flows'>

/**
 * The text of a document that was measured. It is not kept with the evaluation: it is read from the dataset,
 * whose source gives what may be measured and nothing else, so what was hidden or forgotten since is not
 * shown.
 * @returns with the hash that its dataset in the store knows it by, and how many texts were measured with it
 * @throws UserFacingError measured-text-not-found, and those of a document that cannot be read
 */
export async function measuredText(
  { store, datasets, flows }: Host,
  evaluation: Pick<StoredEvaluation, 'id' | 'dataset'>,
  document: string,
): Promise<{ text: MeasuredText; hash: string; dataset: string; texts: number }> {
  const run = await store.evaluations.run(evaluation.id)
  const measured = run?.documents ?? []
  if (measured.every(({ id }) => id !== document))
    throw notFound('The evaluation has no such document.')
  const { name } = parseDatasetReference(evaluation.dataset)
  const example = await datasets.example(name, document)
  if (example === null) throw notFound('The dataset on this server does not have the document.')
  const loaded = await loadExampleDocuments([example], flows.documents)
  const paragraphs = loaded.get(example.id)?.paragraphs ?? []
  const read = paragraphs.map(({ index, page, text }) => ({ index, page, text }))
  const given = 'file' in example.document ? read : example.document.paragraphs
  const text = { document, paragraphs: read }
  return { text, hash: documentHash(given), dataset: name, texts: measured.length }
}

function notFound(sentence: string): UserFacingError {
  return new UserFacingError('measured-text-not-found', sentence)
}
