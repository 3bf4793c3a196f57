import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium'
import { UserFacingError } from '../lib/errors.ts'
import type { PageWord } from './page-word.ts'
import { readPageWords } from './read-page-words.ts'

/** One page as PDFium sees it, in points; the origin is the page box's bottom left. No size: unreadable. */
export type PdfPage = { width: number | null; height: number | null; words: PageWord[] }

/**
 * PDFium's functions, and what the package's types leave out: the WASM memory, and two functions
 * without the package's wrapper, which costs more than they do and is called for every character.
 */
export type Pdfium = WrappedPdfiumModule & {
  pdfium: {
    _malloc(bytes: number): number
    _free(pointer: number): void
    HEAPU8: Uint8Array
    HEAPF32: Float32Array
    _FPDFText_GetUnicode(page: number, index: number): number
    _FPDFText_GetLooseCharBox(page: number, index: number, box: number): number
  }
}

/** Loads the WASM module; once per process. */
export async function loadPdfium(): Promise<Pdfium> {
  const file = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')
  const bytes = await readFile(file)
  const pdfium = (await init({ wasmBinary: new Uint8Array(bytes).buffer })) as Pdfium
  pdfium.PDFiumExt_Init()
  return pdfium
}

/** Error numbers of `FPDF_GetLastError` (fpdfview.h). */
const passwordError = 4
const securityError = 5

/** A PDF that PDFium holds in its memory until it is disposed. */
export type OpenPdf = { handle: number; pageCount: number } & Disposable

/**
 * @throws UserFacingError document-encrypted, document-password-wrong, document-broken,
 * document-no-pages, document-not-supported, document-too-complex
 */
export function openPdf(pdfium: Pdfium, bytes: Uint8Array, password = ''): OpenPdf {
  const memory = pdfium.pdfium
  const pointer = memory._malloc(bytes.length)
  if (pointer === 0) throw new UserFacingError('document-too-complex', 'It needs too much memory.')
  memory.HEAPU8.set(bytes, pointer)
  const handle = pdfium.FPDF_LoadMemDocument(pointer, bytes.length, password)
  const pageCount = handle === 0 ? 0 : pdfium.FPDF_GetPageCount(handle)
  const close = (): void => {
    if (handle !== 0) pdfium.FPDF_CloseDocument(handle)
    memory._free(pointer)
  }
  if (pageCount > 0) return { handle, pageCount, [Symbol.dispose]: close }
  const error =
    handle === 0
      ? openError(pdfium.FPDF_GetLastError(), password)
      : new UserFacingError('document-no-pages', 'The PDF has no pages.')
  close()
  throw error
}

/** All pages; those that PDFium cannot load are given without words. */
export function readPages(pdfium: Pdfium, { handle, pageCount }: OpenPdf): PdfPage[] {
  return Array.from({ length: pageCount }, (_, index) => readPage(pdfium, handle, index))
}

/** A tag is short; a longer entry is none. */
const longestTag = 64

/** `/Lang` of the catalog; empty when it is not there. */
export function catalogLanguage(pdfium: Pdfium, { handle }: OpenPdf): string {
  const memory = pdfium.pdfium
  const buffer = memory._malloc(longestTag)
  try {
    // UTF-16 with a zero at its end.
    const bytes = pdfium.FPDFCatalog_GetLanguage(handle, buffer, longestTag)
    if (bytes < 2 || bytes > longestTag) return ''
    return Buffer.from(memory.HEAPU8.slice(buffer, buffer + bytes - 2)).toString('utf16le')
  } finally {
    memory._free(buffer)
  }
}

function openError(code: number, password: string): UserFacingError {
  if (code === passwordError && password === '') {
    return new UserFacingError(
      'document-encrypted',
      'The PDF is encrypted. Give its password (on the command line with --password).',
    )
  }
  if (code === passwordError) {
    return new UserFacingError('document-password-wrong', 'The password does not open the PDF.')
  }
  if (code === securityError) {
    return new UserFacingError(
      'document-not-supported',
      'The PDF is encrypted in a way that cannot be read. Save it without encryption.',
    )
  }
  return new UserFacingError(
    'document-broken',
    'The file says that it is a PDF, but its structure is broken. Open it in a PDF viewer and save it again.',
  )
}

function readPage(pdfium: Pdfium, handle: number, index: number): PdfPage {
  const page = pdfium.FPDF_LoadPage(handle, index)
  if (page === 0) return { width: null, height: null, words: [] }
  const text = pdfium.FPDFText_LoadPage(page)
  try {
    const box = pageBox(pdfium, page)
    const words = text === 0 ? [] : readPageWords(pdfium, text, box)
    return { width: box.width, height: box.height, words }
  } finally {
    if (text !== 0) pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
  }
}

export type PageBox = { left: number; bottom: number; width: number; height: number }

/** The part of the page that viewers show, before the page's own rotation. */
export function pageBox(pdfium: Pdfium, page: number): PageBox {
  const memory = pdfium.pdfium
  const buffer = memory._malloc(16)
  try {
    const read = [pdfium.FPDFPage_GetCropBox, pdfium.FPDFPage_GetMediaBox].find((getBox) =>
      getBox(page, buffer, buffer + 4, buffer + 8, buffer + 12),
    )
    const [left = 0, bottom = 0, right = 0, top = 0] = read
      ? new Float32Array(memory.HEAPU8.buffer, buffer, 4)
      : []
    if (right > left && top > bottom) {
      return { left, bottom, width: right - left, height: top - bottom }
    }
    const turned = pdfium.FPDFPage_GetRotation(page) % 2 === 1
    const [width, height] = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)]
    return { left: 0, bottom: 0, width: turned ? height : width, height: turned ? width : height }
  } finally {
    memory._free(buffer)
  }
}
