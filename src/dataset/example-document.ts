import type { DocumentReader } from '../document/document-reader.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Example } from '../schema/example.ts'
import { contentHash } from './content-hash.ts'

/** The documents of a dataset by example id. The reader bounds how many are read at once. */
export async function loadExampleDocuments(
  examples: readonly Example[],
  reader: DocumentReader,
  signal?: AbortSignal,
): Promise<Map<string, ReviewDocument>> {
  const loaded = examples.map(async (example) => {
    return [example.id, await loadExampleDocument(example, reader, signal)] as const
  })
  return new Map(await Promise.all(loaded))
}

/**
 * The document of an example as agents see it: read from its file, or made of the paragraphs that
 * the dataset carries (one page, no boxes).
 */
async function loadExampleDocument(
  example: Example,
  reader: DocumentReader,
  signal?: AbortSignal,
): Promise<ReviewDocument> {
  const { document } = example
  if ('file' in document) return reader.read(document.file, { signal })
  return {
    sha256: contentHash(document.paragraphs.map(({ text }) => text)),
    name: example.id,
    pages: [{ number: 1, width: null, height: null, hasText: document.paragraphs.length > 0 }],
    paragraphs: document.paragraphs.map(({ index, text }) => ({
      index,
      page: 1,
      text,
      role: 'body',
      words: [],
    })),
    language: languageOf(example),
  }
}

function languageOf(example: Example): string | null {
  const language = example.extra?.['lang']
  return typeof language === 'string' ? language : null
}
