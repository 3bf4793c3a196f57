import type { ParagraphRole } from '../schema/document.ts'
import type { Line } from './lines.ts'
import type { PdfPage } from './pdfium.ts'

/** The part of a page's height, at its top and its bottom, in which headers and footers stand. */
const margin = 0.12
const pageNumber = /^(?:page)?[\s\-–—|]*(?:#|[ivxlc]+)(?:\s*(?:\/|of)\s*#)?[\s\-–—|]*$/iu

/**
 * Lines that repeat at the same height in the margins of several pages, digits apart. A page number
 * has to appear on two pages; other text on 5 % of them and no fewer than three (two, if the document
 * has only two or three pages).
 */
export function findFurniture(pages: Line[][], sizes: PdfPage[]): Map<Line, ParagraphRole> {
  const roles = new Map<Line, ParagraphRole>()
  if (pages.length < 2) return roles
  const needed = Math.max(pages.length > 3 ? 3 : 2, Math.ceil(pages.length / 20))
  const repeated = Map.groupBy(
    pages.flatMap((lines, page) => lines.flatMap((line) => inMargin(line, page, sizes[page]))),
    ({ key }) => key,
  )
  for (const [, group] of repeated) {
    const count = new Set(group.map(({ page }) => page)).size
    for (const { line, zone, text } of group) {
      const isNumber = pageNumber.test(text)
      if (count < (isNumber ? 2 : needed)) continue
      roles.set(line, isNumber ? 'page-number' : zone)
    }
  }
  return roles
}

type Candidate = {
  key: string
  line: Line
  page: number
  zone: 'header' | 'footer'
  text: string
}

function inMargin(line: Line, page: number, size: PdfPage | undefined): Candidate[] {
  if (!size?.height || line.words[0]?.turn !== 0) return []
  const zone =
    line.bottom > size.height * (1 - margin)
      ? 'header'
      : line.top < size.height * margin
        ? 'footer'
        : undefined
  if (zone === undefined) return []
  const text = line.words
    .map((word) => word.text)
    .join(' ')
    .replace(/\d+/gu, '#')
  const height = Math.round(line.bottom / 6)
  return [{ key: `${zone} ${height} ${text}`, line, page, zone, text }]
}
