import { createHash } from 'node:crypto'
import { detect } from 'tinyld/light'
import type { Page, Paragraph, ReviewDocument } from '../schema/document.ts'
import { UserFacingError } from '../lib/errors.ts'
import { buildParagraphs } from './build-paragraphs.ts'
import { loadPdfium, readPdf } from './pdfium.ts'
import { readPlainText } from './plain-text.ts'

type Content = { pages: Page[]; paragraphs: Paragraph[] }

/** Bytes of a PDF or text file → document. Runs in the guarded child. */
export async function parseDocument(
  bytes: Uint8Array,
  { name, password }: { name: string; password?: string },
): Promise<ReviewDocument> {
  if (bytes.length === 0) throw new UserFacingError('document-empty', 'The file is empty.')
  const { pages, paragraphs } = isPdf(bytes, name)
    ? await parsePdf(bytes, password)
    : readPlainText(bytes)
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    name,
    pages,
    paragraphs,
    language: languageOf(paragraphs),
  }
}

/**
 * Readers accept a PDF whose header stands anywhere in the first 1024 bytes (ISO 32000-1, annex H),
 * but a text may speak of such a header: then its name decides.
 */
function isPdf(bytes: Uint8Array, name: string): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(1024, bytes.length))
  const named = name.toLowerCase().endsWith('.pdf')
  const at = head.indexOf('%PDF-')
  if (at === 0 || (at > 0 && named)) return true
  if (!named) return false
  throw new UserFacingError(
    'document-not-supported',
    'The file is named .pdf, but what it holds is no PDF. Export the document as PDF again.',
  )
}

let pdfium: ReturnType<typeof loadPdfium> | undefined

async function parsePdf(bytes: Uint8Array, password: string | undefined): Promise<Content> {
  pdfium ??= loadPdfium()
  const pages = readPdf(await pdfium, bytes, password)
  return {
    pages: pages.map(({ width, height, words }, i) => {
      return { number: i + 1, width, height, hasText: words.length > 0 }
    }),
    paragraphs: buildParagraphs(pages),
  }
}

/** Fewer letters than this do not tell a language. */
const minLetters = 100
const sample = 20_000

function languageOf(paragraphs: Paragraph[]): string | null {
  const text = paragraphs
    .map((paragraph) => paragraph.text)
    .join('\n')
    .slice(0, sample)
  if (text.replace(/\P{L}/gu, '').length < minLetters) return null
  return detect(text) || null
}
