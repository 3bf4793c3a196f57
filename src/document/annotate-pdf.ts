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

/** FPDF_ANNOT_HIGHLIGHT (fpdf_annot.h). */
const highlightAnnotation = 9
/** FPDF_NO_INCREMENTAL (fpdf_save.h): a file with a broken index is written anew and whole. */
const wholeFile = 2

/**
 * The PDF with highlight annotations, as other viewers show them.
 * @throws UserFacingError as `openPdf`, and document-not-annotated
 */
export function annotatePdf(
  pdfium: Pdfium,
  bytes: Uint8Array,
  highlights: Highlight[],
): Uint8Array {
  using pdf = openPdf(pdfium, bytes)
  for (const [page, own] of Map.groupBy(highlights, (highlight) => highlight.page)) {
    annotatePage(pdfium, pdf, { index: page - 1, highlights: own })
  }
  return save(pdfium, pdf.handle)
}

function annotatePage(
  pdfium: Pdfium,
  { handle }: OpenPdf,
  { index, highlights }: { index: number; highlights: Highlight[] },
): void {
  const page = pdfium.FPDF_LoadPage(handle, index)
  if (page === 0) throw notAnnotated()
  try {
    const box = pageBox(pdfium, page)
    for (const highlight of highlights) addHighlight(pdfium, page, { ...highlight, box })
  } finally {
    pdfium.FPDF_ClosePage(page)
  }
}

function addHighlight(
  pdfium: Pdfium,
  page: number,
  { quads, comment, author, color, box }: Highlight & { box: PageBox },
): void {
  const annotation = pdfium.FPDFPage_CreateAnnot(page, highlightAnnotation)
  if (annotation === 0) throw notAnnotated()
  try {
    const places = quads.map((quad) =>
      quad.map((value, i) => value + (i % 2 ? box.bottom : box.left)),
    )
    for (const place of places) {
      withFloats(pdfium, place, (pointer) => {
        if (!pdfium.FPDFAnnot_AppendAttachmentPoints(annotation, pointer)) throw notAnnotated()
      })
    }
    const xs = places.flatMap((place) => place.filter((_, i) => i % 2 === 0))
    const ys = places.flatMap((place) => place.filter((_, i) => i % 2 === 1))
    const rect = [Math.min(...xs), Math.max(...ys), Math.max(...xs), Math.min(...ys)]
    withFloats(pdfium, rect, (pointer) => pdfium.FPDFAnnot_SetRect(annotation, pointer))
    pdfium.FPDFAnnot_SetColor(annotation, 0, ...color, 255)
    withText(pdfium, comment, (text) =>
      pdfium.FPDFAnnot_SetStringValue(annotation, 'Contents', text),
    )
    withText(pdfium, author, (text) => pdfium.FPDFAnnot_SetStringValue(annotation, 'T', text))
    // Viewers that draw nothing by themselves need a picture of it.
    pdfium.EPDFAnnot_GenerateAppearance(annotation)
  } finally {
    pdfium.FPDFPage_CloseAnnot(annotation)
  }
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
