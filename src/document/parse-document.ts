import { createHash } from 'node:crypto'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import { UserFacingError } from '../lib/errors.ts'
import { detectFormat } from './detect-format.ts'
import { detectLanguage } from './detect-language.ts'
import type { DocumentFormat } from './document-endings.ts'
import type { Content } from './flowing-text.ts'
import type { PdfOptions } from './parse-pdf.ts'

type Source = PdfOptions & { name: string }

/** Bytes of a file → document. Runs in the guarded child. */
export async function parseDocument(bytes: Uint8Array, source: Source): Promise<ReviewDocument> {
  if (bytes.length === 0) throw new UserFacingError('document-empty', 'The file is empty.')
  const read = readers[detectFormat(bytes, source.name)]
  const { pages, paragraphs, language } = await read(bytes, source).catch(nameOverflow)
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    name: source.name,
    pages,
    paragraphs,
    language: detectLanguage(textOf(paragraphs), language),
  }
}

/** A reader's code is loaded when the first file of its format comes. */
const readers: Record<DocumentFormat, (bytes: Uint8Array, source: Source) => Promise<Content>> = {
  pdf: async (bytes, source) => {
    const { parsePdf } = await import('./parse-pdf.ts')
    return parsePdf(bytes, source)
  },
  docx: async (bytes) => {
    const { readDocx } = await import('./read-docx.ts')
    return readDocx(bytes)
  },
  html: async (bytes) => {
    const { readHtml } = await import('./read-html.ts')
    return readHtml(bytes)
  },
  markdown: async (bytes) => {
    const { readMarkdown } = await import('./read-markdown.ts')
    return readMarkdown(bytes)
  },
  text: async (bytes) => {
    const { readPlainText } = await import('./plain-text.ts')
    return readPlainText(bytes)
  },
}

/** Recursion that is too deep, or a string that is too long, for JavaScript. */
function nameOverflow(error: unknown): never {
  if (!(error instanceof RangeError)) throw error
  throw new UserFacingError(
    'document-too-complex',
    'The file is nested too deeply or unpacks to too much text. Export it as PDF if you trust it.',
    { cause: error },
  )
}

function textOf(paragraphs: Paragraph[]): string {
  return paragraphs
    .filter(({ role }) => role !== 'code')
    .map((paragraph) => paragraph.text)
    .join('\n')
}
