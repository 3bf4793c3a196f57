import path from 'node:path'
import { expect, test } from 'vitest'
import { createDocumentReader } from '../src/document/document-reader.ts'
import type { ReviewDocument, Word } from '../src/schema/document.ts'
import type { Review } from '../src/schema/review.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { scanOf } from './helpers/scan-of.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { writePdf } from './helpers/write-pdf.ts'

const flow = path.resolve('examples/document-review')
const [first, second] = [
  'The plan always covers preventive care.',
  'Ask your doctor before you go.',
]

/** A page as it is printed, and one that lies on its side until it is shown. */
const printed = writePdf([
  {
    cropBox: [0, 600, 400, 700],
    texts: [
      { x: 40, y: 660, text: first, size: 14 },
      { x: 40, y: 620, text: 'Page one of the scan', size: 14 },
    ],
  },
  {
    rotate: 90,
    cropBox: [0, 0, 100, 400],
    texts: [{ x: 50, y: 40, text: second, size: 14, turn: 90 }],
  },
])

test('OCR reads the pages of a scan, turned or not, with boxes where the words are', async () => {
  await using temp = await tempFolder({ 'printed.pdf': printed, 'scan.pdf': await scanOf(printed) })
  await using reader = createDocumentReader({ ocr: true })
  const told: unknown[] = []
  const expected = await reader.read(temp.path('printed.pdf'), { onOcr: (page) => told.push(page) })
  const document = await reader.read(temp.path('scan.pdf'), { onOcr: (page) => told.push(page) })

  expect(document.pages).toMatchObject([
    { number: 1, hasText: false, ocr: true },
    { number: 2, hasText: false, ocr: true },
  ])
  expect(textsOf(document)).toEqual(textsOf(expected))
  expect(distance(wordsOf(document), wordsOf(expected))).toBeLessThan(5)
  expect(told).toEqual([
    { page: 1, done: 0, total: 2 },
    { page: 2, done: 1, total: 2 },
  ])
})

test('--ocr finds the issue of a scan and says what was read by OCR; without it says how', async () => {
  await using temp = await tempFolder({ 'scan.pdf': await scanOf(printed) })
  const argv = ['review', 'scan.pdf', '--flow', flow, '--agents', 'definitive-language', '--json']
  const without = await runInProcess(argv, temp.folder)
  const withOcr = await runInProcess([...argv, '--ocr'], temp.folder)
  const review: Review = JSON.parse(withOcr.stdout)
  expect(without.stderr).toBe(
    'Warning: scan.pdf: no text on any of its 2 pages. --ocr reads scans.\n',
  )
  expect(withOcr.stderr).toBe(
    'Warning: scan.pdf: OCR read all of its 2 pages; it may have misread words.\n',
  )
  expect(review.document).toMatchObject({ pagesWithoutText: [1, 2], pagesReadByOcr: [1, 2] })
  expect(review.issues).toMatchObject([{ location: { page: 1, sourceSentence: first } }])
})

test('OCR is stopped at once, and ends when a page takes too long', async () => {
  await using temp = await tempFolder({ 'scan.pdf': await scanOf(printed) })
  await using reader = createDocumentReader({ ocr: true, limits: { ocrTime: 1 } })
  const stop = new AbortController()
  const stopped = reader.read(temp.path('scan.pdf'), {
    signal: stop.signal,
    onOcr: () => stop.abort(),
  })
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
  const late = reader.read(temp.path('scan.pdf'))
  await expect(late).rejects.toMatchObject({
    code: 'document-timeout',
    message: expect.stringContaining('a page by OCR'),
  })
})

function textsOf({ paragraphs }: ReviewDocument): [number, string][] {
  return paragraphs.map(({ page, text }) => [page, text])
}

function wordsOf({ paragraphs }: ReviewDocument): Word[] {
  return paragraphs.flatMap(({ words }) => words)
}

/** The farthest that any corner of a word is from where it should be, in points. */
function distance(words: Word[], expected: Word[]): number {
  const offsets = expected.flatMap(({ quad }, i) => {
    return quad.map((value, k) => Math.abs(value - (words[i]?.quad[k] ?? Infinity)))
  })
  return Math.max(...offsets)
}
