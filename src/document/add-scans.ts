import type { Paragraph, ReviewDocument } from '../schema/document.ts'

/**
 * A document that was read before, with what OCR has read since. What was there keeps its text and its
 * numbers, because issues of earlier reviews stand on them; the new paragraphs are numbered after them.
 */
export function addScans(before: ReviewDocument, after: ReviewDocument): ReviewDocument {
  const known = new Set(before.pages.filter(({ ocr }) => ocr).map(({ number }) => number))
  const scans = new Set(
    after.pages.filter(({ number, ocr }) => ocr && !known.has(number)).map(({ number }) => number),
  )
  const first = Math.max(-1, ...before.paragraphs.map(({ index }) => index)) + 1
  const added = after.paragraphs
    .flatMap((paragraph) => partOn(scans, paragraph))
    .map((paragraph, i) => ({ ...paragraph, index: first + i }))
  const pages = before.pages.map((page) => (scans.has(page.number) ? { ...page, ocr: true } : page))
  // Sorting is stable: within a page what was there comes first.
  const paragraphs = [...before.paragraphs, ...added].toSorted((a, b) => a.page - b.page)
  const language = before.language ?? after.language
  return { ...before, pages, paragraphs, language }
}

/** A paragraph may go on from a page with text to one without. */
function partOn(pages: ReadonlySet<number>, paragraph: Paragraph): Paragraph[] {
  const words = paragraph.words.filter(({ page }) => pages.has(page))
  const [first, last] = [words.at(0), words.at(-1)]
  if (first === undefined || last === undefined) return []
  const { start } = first
  return [
    {
      ...paragraph,
      page: first.page,
      text: paragraph.text.slice(start, last.end),
      words: words.map((word) => ({ ...word, start: word.start - start, end: word.end - start })),
    },
  ]
}
