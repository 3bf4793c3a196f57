import { buildParagraphs } from './build-paragraphs.ts'
import type { Content } from './flowing-text.ts'
import { loadPdfium, readPdf } from './pdfium.ts'

let pdfium: ReturnType<typeof loadPdfium> | undefined

export async function parsePdf(bytes: Uint8Array, password: string | undefined): Promise<Content> {
  pdfium ??= loadPdfium()
  const pages = readPdf(await pdfium, bytes, password)
  return {
    pages: pages.map(({ width, height, words }, i) => {
      return { number: i + 1, width, height, hasText: words.length > 0 }
    }),
    paragraphs: buildParagraphs(pages),
  }
}
