import { UserFacingError } from '../lib/errors.ts'
import type { Quad } from '../schema/document.ts'
import { type OpenPdf, openPdf, pageBox, type PageBox, type Pdfium } from './pdfium.ts'

/** What is marked on one page, and what stands in the comment. */
export type Highlight = {
  /** From 1. */
  page: number
  quads: Quad[]
  comment: string
  /** Whose comment it is. */
  author: string
  /** Of the marker: red, green, blue, 0 to 255. */
  color: [number, number, number]
}

/** FPDF_ANNOT_TEXT and FPDF_ANNOT_HIGHLIGHT (fpdf_annot.h). */
const [textAnnotation, highlightAnnotation] = [1, 9]
/** Points; viewers draw the sign of a note about so large. */
const noteSize = 20
/** FPDF_NO_INCREMENTAL (fpdf_save.h): a file with a broken index is written anew and whole. */
const wholeFile = 2

/**
 * The PDF with highlight annotations, as other viewers show them.
 * @throws UserFacingError as `openPdf`, and document-not-annotated
 */
export function annotatePdf(
  pdfium: Pdfium,
  bytes: Uint8Array,
  { highlights, note }: { highlights: Highlight[]; note?: string },
): Uint8Array {
  using pdf = openPdf(pdfium, bytes)
  for (const [page, own] of Map.groupBy(highlights, (highlight) => highlight.page)) {
    annotatePage(pdfium, pdf, { index: page - 1, highlights: own })
  }
  if (note !== undefined) addNote(pdfium, pdf, note)
  return save(pdfium, pdf.handle)
}

function annotatePage(
  pdfium: Pdfium,
  pdf: OpenPdf,
  { index, highlights }: { index: number; highlights: Highlight[] },
): void {
  using page = loadPage(pdfium, pdf, index)
  const box = pageBox(pdfium, page.handle)
  for (const highlight of highlights) addHighlight(pdfium, page.handle, { ...highlight, box })
}

function addNote(pdfium: Pdfium, pdf: OpenPdf, comment: string): void {
  using page = loadPage(pdfium, pdf, 0)
  const { left, bottom, height } = pageBox(pdfium, page.handle)
  const top = bottom + height - noteSize
  const rect = [left + noteSize, top, left + 2 * noteSize, top - noteSize]
  using annotation = createAnnotation(pdfium, page.handle, textAnnotation)
  describe(pdfium, annotation.handle, { rect, comment, author: 'Proofloop' })
}

function addHighlight(
  pdfium: Pdfium,
  page: number,
  { quads, comment, author, color, box }: Highlight & { box: PageBox },
): void {
  using annotation = createAnnotation(pdfium, page, highlightAnnotation)
  const { handle } = annotation
  const places = quads.map((quad) =>
    quad.map((value, i) => value + (i % 2 ? box.bottom : box.left)),
  )
  for (const place of places) {
    withFloats(pdfium, place, (pointer) => {
      if (!pdfium.FPDFAnnot_AppendAttachmentPoints(handle, pointer)) throw notAnnotated()
    })
  }
  const xs = places.flatMap((place) => place.filter((_, i) => i % 2 === 0))
  const ys = places.flatMap((place) => place.filter((_, i) => i % 2 === 1))
  const rect = [Math.min(...xs), Math.max(...ys), Math.max(...xs), Math.min(...ys)]
  pdfium.FPDFAnnot_SetColor(handle, 0, ...color, 255)
  describe(pdfium, handle, { rect, comment, author })
}

type Handle = { handle: number } & Disposable

function loadPage(pdfium: Pdfium, pdf: OpenPdf, index: number): Handle {
  const handle = pdfium.FPDF_LoadPage(pdf.handle, index)
  if (handle === 0) throw notAnnotated()
  return { handle, [Symbol.dispose]: () => pdfium.FPDF_ClosePage(handle) }
}

function createAnnotation(pdfium: Pdfium, page: number, kind: number): Handle {
  const handle = pdfium.FPDFPage_CreateAnnot(page, kind)
  if (handle === 0) throw notAnnotated()
  return { handle, [Symbol.dispose]: () => pdfium.FPDFPage_CloseAnnot(handle) }
}

/** Its `rect` is left, top, right, bottom. */
function describe(
  pdfium: Pdfium,
  annotation: number,
  { rect, comment, author }: { rect: number[]; comment: string; author: string },
): void {
  withFloats(pdfium, rect, (pointer) => pdfium.FPDFAnnot_SetRect(annotation, pointer))
  withText(pdfium, comment, (text) => pdfium.FPDFAnnot_SetStringValue(annotation, 'Contents', text))
  withText(pdfium, author, (text) => pdfium.FPDFAnnot_SetStringValue(annotation, 'T', text))
  // Viewers that draw nothing by themselves need a picture of it.
  pdfium.EPDFAnnot_GenerateAppearance(annotation)
}

function save(pdfium: Pdfium, document: number): Uint8Array {
  const writer = pdfium.PDFiumExt_OpenFileWriter()
  try {
    if (!pdfium.FPDF_SaveAsCopy(document, writer, wholeFile)) throw notAnnotated()
    const size = pdfium.PDFiumExt_GetFileWriterSize(writer)
    const pointer = pdfium.pdfium._malloc(size)
    if (pointer === 0) throw notAnnotated()
    pdfium.PDFiumExt_GetFileWriterData(writer, pointer, size)
    const bytes = pdfium.pdfium.HEAPU8.slice(pointer, pointer + size)
    pdfium.pdfium._free(pointer)
    return bytes
  } finally {
    pdfium.PDFiumExt_CloseFileWriter(writer)
  }
}

function withFloats(pdfium: Pdfium, values: number[], use: (pointer: number) => void): void {
  withBytes(pdfium, new Uint8Array(new Float32Array(values).buffer), use)
}

/** UTF-16 with an end, as PDFium takes texts. */
function withText(pdfium: Pdfium, text: string, use: (pointer: number) => void): void {
  withBytes(pdfium, Buffer.from(`${text}\0`, 'utf16le'), use)
}

function withBytes(pdfium: Pdfium, bytes: Uint8Array, use: (pointer: number) => void): void {
  const pointer = pdfium.pdfium._malloc(bytes.length)
  if (pointer === 0) throw notAnnotated()
  try {
    pdfium.pdfium.HEAPU8.set(bytes, pointer)
    use(pointer)
  } finally {
    pdfium.pdfium._free(pointer)
  }
}

function notAnnotated(): UserFacingError {
  return new UserFacingError(
    'document-not-annotated',
    'The PDF cannot be written with its issues. Export them as CSV.',
  )
}
