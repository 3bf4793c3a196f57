import type { DocumentReader, ReadOptions } from '../document/document-reader.ts'
import type { OcrProgress } from '../document/parse-protocol.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Example } from '../schema/example.ts'
import { documentHash } from './document-hash.ts'
import { quoted } from './line-error.ts'

export type LoadOptions = {
  signal?: AbortSignal
  /** Before each page that OCR reads. */
  onOcr?: (file: string, progress: OcrProgress) => void
}

/** The documents of a dataset by example id. The reader bounds how many are read at once. */
export async function loadExampleDocuments(
  examples: readonly Example[],
  reader: Pick<DocumentReader, 'read'>,
  { signal, onOcr }: LoadOptions = {},
): Promise<Map<string, ReviewDocument>> {
  const loaded = examples.map(async (example) => {
    const options: ReadOptions = { signal, onOcr: (progress) => onOcr?.(example.id, progress) }
    return [example.id, await loadExampleDocument(example, reader, options)] as const
  })
  return new Map(await Promise.all(loaded))
}

/**
 * The document of an example as agents see it: read from its file, or made of the paragraphs that
 * the dataset carries (no boxes).
 */
async function loadExampleDocument(
  example: Example,
  reader: Pick<DocumentReader, 'read'>,
  options: ReadOptions,
): Promise<ReviewDocument> {
  const { document } = example
  if ('file' in document) {
    return reader.read(document.file, options).catch((error: unknown) => {
      throw error instanceof UserFacingError ? naming(example, error) : error
    })
  }
  return {
    sha256: documentHash(document.paragraphs),
    name: example.id,
    pages: pagesOf(document.paragraphs),
    paragraphs: document.paragraphs.map(({ index, page = 1, text }) => ({
      index,
      page,
      text,
      role: 'body',
      words: [],
    })),
    language: languageOf(example),
  }
}

/** One where the dataset tells none. */
function pagesOf(paragraphs: readonly { page?: number }[]): ReviewDocument['pages'] {
  const withText = new Set(paragraphs.map(({ page = 1 }) => page))
  const last = paragraphs.reduce((most, { page = 1 }) => Math.max(most, page), 1)
  return Array.from({ length: last }, (_, i) => ({
    number: i + 1,
    width: null,
    height: null,
    hasText: withText.has(i + 1),
  }))
}

/** The reader does not know which of many documents it was given. */
function naming({ id }: Example, error: UserFacingError): UserFacingError {
  const message = `The document ${quoted(id)} of the dataset cannot be read: ${error.message}`
  return new UserFacingError(error.code, message, { cause: error })
}

function languageOf(example: Example): string | null {
  const language = example.extra?.['lang']
  return typeof language === 'string' ? language : null
}
