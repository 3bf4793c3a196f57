import { expect, test } from 'vitest'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import { addScans } from './add-scans.ts'

/** A paragraph of words, each given with its page. */
function paragraph(index: number, words: [text: string, page: number][]): Paragraph {
  const text = words.map(([word]) => word).join(' ')
  let start = 0
  const placed = words.map(([word, page]) => {
    const own = { text: word, start, end: start + word.length, page, quad: quad() }
    start = own.end + 1
    return own
  })
  return { index, page: words[0]?.[1] ?? 1, text, role: 'body', words: placed }
}

const quad = () => [0, 0, 0, 0, 0, 0, 0, 0] as Paragraph['words'][number]['quad']

/** Pages with text are true. */
function document(pages: (boolean | 'ocr')[], paragraphs: Paragraph[]): ReviewDocument {
  return {
    sha256: 'a',
    name: 'a.pdf',
    pages: pages.map((kind, i) => ({
      number: i + 1,
      width: 1,
      height: 1,
      hasText: kind === true,
      ...(kind === 'ocr' && { ocr: true }),
    })),
    paragraphs,
    language: null,
  }
}

test('what was read before keeps its numbers and text; scans come between by page', () => {
  const first = paragraph(0, [['First', 1]])
  const last = paragraph(1, [['Last', 3]])
  const before = document([true, false, true], [first, last])
  const scanned = paragraph(1, [['Scanned', 2]])
  const after = document([true, 'ocr', true], [first, scanned, { ...last, index: 2 }])
  const { pages, paragraphs } = addScans(before, after)
  expect(paragraphs).toEqual([first, { ...scanned, index: 2 }, last])
  expect(pages[1]).toMatchObject({ hasText: false, ocr: true })
})

test('of a paragraph that goes on to a scanned page only the part there is new', () => {
  const before = document([true, false], [paragraph(0, [['It', 1]])])
  const joined = paragraph(0, [
    ['It', 1],
    ['goes', 2],
    ['on', 2],
  ])
  const { paragraphs } = addScans(before, document([true, 'ocr'], [joined]))
  expect(paragraphs).toMatchObject([
    { index: 0, text: 'It' },
    { index: 1, page: 2, text: 'goes on', words: [{ start: 0 }, { start: 5, end: 7 }] },
  ])
})

test('pages that OCR has read already are not added again', () => {
  const scanned = paragraph(0, [['Scanned', 1]])
  const before = document(['ocr'], [scanned])
  expect(addScans(before, before)).toEqual(before)
})
