import type { Pdfium } from './pdfium.ts'

/** A page as its reader sees it: cropped and turned by its own `/Rotate`. */
export type PageImage = {
  /** Portable graymap (PGM), 8 bits a pixel. */
  bytes: Buffer
  /** In pixels. */
  width: number
  height: number
  pixelsPerPoint: number
  /** Clockwise quarter turns that the page's `/Rotate` asks for. */
  rotation: 0 | 1 | 2 | 3
}

const wanted = 300 / 72
/** An A3 page at 300 dots an inch; larger ones are rendered coarser. */
const maxPixels = 20_000_000

const grey = 1
const white = 0xffffffff
/** With annotations, in grey: FPDF_ANNOT, FPDF_GRAYSCALE (fpdfview.h). */
const flags = 0x01 | 0x08

/** @returns null when the page cannot be loaded or there is no memory for its picture */
export function renderPage(pdfium: Pdfium, document: number, index: number): PageImage | null {
  const page = pdfium.FPDF_LoadPage(document, index)
  if (page === 0) return null
  try {
    const points = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)]
    const area = points.reduce((product, side) => product * Math.max(side, 1), 1)
    const pixelsPerPoint = Math.min(wanted, Math.sqrt(maxPixels / area))
    const [width = 1, height = 1] = points.map((side) =>
      Math.max(1, Math.round(side * pixelsPerPoint)),
    )
    const bytes = render(pdfium, page, { width, height })
    const rotation = quarterTurns(pdfium.FPDFPage_GetRotation(page))
    return bytes && { bytes, width, height, pixelsPerPoint, rotation }
  } finally {
    pdfium.FPDF_ClosePage(page)
  }
}

function quarterTurns(rotation: number): PageImage['rotation'] {
  return rotation === 1 || rotation === 2 || rotation === 3 ? rotation : 0
}

function render(
  pdfium: Pdfium,
  page: number,
  { width, height }: { width: number; height: number },
): Buffer | null {
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, grey, 0, 0)
  if (bitmap === 0) return null
  try {
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    const stride = pdfium.FPDFBitmap_GetStride(bitmap)
    const start = pdfium.FPDFBitmap_GetBuffer(bitmap)
    const { HEAPU8: memory } = pdfium.pdfium
    const rows = Array.from({ length: height }, (_, y) => {
      return memory.subarray(start + y * stride, start + y * stride + width)
    })
    return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), ...rows])
  } finally {
    pdfium.FPDFBitmap_Destroy(bitmap)
  }
}
