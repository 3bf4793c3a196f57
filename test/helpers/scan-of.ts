import { loadPdfium, openPdf } from '../../src/document/pdfium.ts'
import { renderPage } from '../../src/document/render-page.ts'
import { writeScan } from './write-pdf.ts'

/** The pages of a PDF as pictures, without any text. */
export async function scanOf(pdf: Buffer): Promise<Buffer> {
  const host = await loadPdfium()
  using open = openPdf(host, pdf)
  const indices = Array.from({ length: open.pageCount }, (_, index) => index)
  const pages = indices.flatMap((index) => {
    const image = renderPage(host, open.handle, index)
    if (image === null) return []
    const pixels = image.bytes.subarray(-image.width * image.height)
    return [{ ...image, pixels, rotate: image.rotation === 1 ? (90 as const) : (0 as const) }]
  })
  return writeScan(pages)
}
