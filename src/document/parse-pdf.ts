import { buildParagraphs } from './build-paragraphs.ts'
import { declaredLanguage } from './declared-language.ts'
import type { Content } from './flowing-text.ts'
import { createOcrEngine } from './ocr-engine.ts'
import { toPageWords } from './ocr-words.ts'
import type { OcrProgress } from './parse-protocol.ts'
import {
  catalogLanguage,
  loadPdfium,
  openPdf,
  readPages,
  type Pdfium,
  type PdfPage,
} from './pdfium.ts'
import { renderPage } from './render-page.ts'

export type PdfOptions = {
  password?: string
  /** Read pages without text by OCR, and say so before each of them. */
  ocr?: (progress: OcrProgress) => void
}

let pdfium: ReturnType<typeof loadPdfium> | undefined
let engine: ReturnType<typeof createOcrEngine> | undefined

/**
 * @throws UserFacingError document-encrypted, document-password-wrong, document-broken,
 * document-no-pages, document-not-supported
 */
export async function parsePdf(bytes: Uint8Array, options: PdfOptions): Promise<Content> {
  pdfium ??= loadPdfium()
  const host = await pdfium
  using pdf = openPdf(host, bytes, options.password)
  const own = readPages(host, pdf)
  const scans = options.ocr
    ? await readScans(host, pdf.handle, { pages: own, tell: options.ocr })
    : new Map<number, PdfPage>()
  const pages = own.map((page, index) => scans.get(index) ?? page)
  return {
    pages: own.map(({ width, height, words }, index) => ({
      number: index + 1,
      width,
      height,
      hasText: words.length > 0,
      ...(scans.has(index) && { ocr: true }),
    })),
    paragraphs: buildParagraphs(pages),
    language: declaredLanguage(catalogLanguage(host, pdf)),
  }
}

/** Pages without text as OCR reads them, by index. A page that cannot be rendered is left out. */
async function readScans(
  host: Pdfium,
  handle: number,
  { pages, tell }: { pages: PdfPage[]; tell: (progress: OcrProgress) => void },
): Promise<Map<number, PdfPage>> {
  const blank = [...pages.entries()].filter(([, { words }]) => words.length === 0)
  const scans = new Map<number, PdfPage>()
  for (const [done, [index, page]] of blank.entries()) {
    tell({ page: index + 1, done, total: blank.length })
    const image = renderPage(host, handle, index)
    if (image === null) continue
    engine ??= createOcrEngine()
    const lines = await (await engine).read(image)
    scans.set(index, { ...page, words: toPageWords(lines, image) })
  }
  return scans
}
