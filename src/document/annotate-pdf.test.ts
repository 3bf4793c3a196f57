import { readFile, writeFile } from 'node:fs/promises'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import type { Highlight } from './annotate-pdf.ts'
import { createDocumentReader } from './document-reader.ts'
import { loadPdfium, openPdf, type Pdfium } from './pdfium.ts'

const booklet = 'examples/document-review/documents/benefit-options.pdf'

const highlight: Highlight = {
  page: 2,
  quads: [
    [72, 700, 200, 700, 72, 688, 200, 688],
    [72, 686, 120, 686, 72, 674, 120, 674],
  ],
  comment: 'Tone\nToo “certain” — ünïcode 😀',
  author: 'grammar',
  color: [255, 225, 90],
}

async function annotated(highlights: Highlight[]) {
  await using folder = await tempFolder()
  await using reader = createDocumentReader({ children: 1 })
  const output = folder.path('out.pdf')
  await reader.annotate(booklet, { highlights, output })
  return await readFile(output)
}

/** Subtypes and comments of a page, as PDFium reads them. */
function annotationsOf(pdfium: Pdfium, bytes: Uint8Array, index: number) {
  using pdf = openPdf(pdfium, bytes)
  const page = pdfium.FPDF_LoadPage(pdf.handle, index)
  const found = Array.from({ length: pdfium.FPDFPage_GetAnnotCount(page) }, (_, i) => {
    const annotation = pdfium.FPDFPage_GetAnnot(page, i)
    const size = pdfium.FPDFAnnot_GetStringValue(annotation, 'Contents', 0, 0)
    const pointer = pdfium.pdfium._malloc(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, 'Contents', pointer, size)
    const text = Buffer.from(pdfium.pdfium.HEAPU8.slice(pointer, pointer + size - 2))
    return { subtype: pdfium.FPDFAnnot_GetSubtype(annotation), comment: text.toString('utf16le') }
  })
  pdfium.FPDF_ClosePage(page)
  return { found, pages: pdf.pageCount }
}

test('highlights with their comments are found again by PDFium', async () => {
  const bytes = await annotated([highlight, { ...highlight, page: 3 }])
  const pdfium = await loadPdfium()
  const { found, pages } = annotationsOf(pdfium, bytes, 1)
  expect(pages).toBe(4)
  expect(found).toContainEqual({ subtype: 9, comment: highlight.comment })
  expect(annotationsOf(pdfium, bytes, 2).found).toContainEqual({
    subtype: 9,
    comment: highlight.comment,
  })
})

test('pdf.js sees the same highlights at the same place, and the text as before', async () => {
  const task = getDocument({ data: new Uint8Array(await annotated([highlight])), verbosity: 0 })
  const pdf = await task.promise
  const page = await pdf.getPage(2)
  const marks = (await page.getAnnotations()).filter(({ subtype }) => subtype === 'Highlight')
  expect(marks).toHaveLength(1)
  const { rect, quadPoints, contentsObj, titleObj, color, hasAppearance } = marks[0] ?? {}
  expect(rect).toEqual([72, 674, 200, 700])
  expect(Array.from(quadPoints as Float32Array)).toHaveLength(16)
  expect(contentsObj?.str).toBe(highlight.comment)
  expect(titleObj?.str).toBe('grammar')
  expect(Array.from(color as Uint8ClampedArray)).toEqual([255, 225, 90])
  expect(hasAppearance).toBe(true)
  const before = getDocument({ data: new Uint8Array(await readFile(booklet)), verbosity: 0 })
  const textOf = async (document: typeof pdf) => {
    const { items } = await (await document.getPage(2)).getTextContent()
    return items.map((item) => ('str' in item ? [item.str, item.transform] : null))
  }
  expect(await textOf(pdf)).toEqual(await textOf(await before.promise))
  await Promise.all([task.destroy(), before.destroy()])
})

test('a note about the whole document stands at the top of its first page', async () => {
  await using folder = await tempFolder()
  await using reader = createDocumentReader({ children: 1 })
  const output = folder.path('out.pdf')
  await reader.annotate(booklet, { highlights: [], note: 'Two are left out.', output })
  const { found } = annotationsOf(await loadPdfium(), await readFile(output), 0)
  expect(found).toEqual([{ subtype: 1, comment: 'Two are left out.' }])
})

test('what is no PDF cannot be marked', async () => {
  await using folder = await tempFolder()
  await using reader = createDocumentReader({ children: 1 })
  const file = folder.path('a.pdf')
  await writeFile(file, 'nothing')
  await expect(
    reader.annotate(file, { highlights: [], output: folder.path('b.pdf') }),
  ).rejects.toMatchObject({ code: 'document-broken' })
})
