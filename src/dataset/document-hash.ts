import { contentHash } from '../lib/content-hash.ts'
import type { DatasetParagraph } from '../schema/stored-dataset.ts'

/**
 * Of the text as it was read, with its pages where they are known. The store knows the text by it, and with the text
 * goes what models answered about it.
 */
export function documentHash(paragraphs: readonly DatasetParagraph[]): string {
  return contentHash(paragraphs.map(({ page, text }) => (page === undefined ? text : [page, text])))
}
