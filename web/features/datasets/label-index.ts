import type { Quad } from '../../../src/schema/document.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import type { Place as PagePlace } from '../../components/pdf/page-marks.tsx'
import { indexWords, pickOf, type WordIndex } from '../../components/pdf/word-index.ts'
import type { Place } from './label-places.ts'

/**
 * Words of an example. They are on the pages of its file where that was read as the example has it; elsewhere,
 * as after OCR, they have no place.
 */
export function indexExample(
  paragraphs: readonly DatasetParagraph[],
  document: Pick<DocumentText, 'paragraphs'> | null,
): WordIndex {
  const read = new Map(document?.paragraphs.map((paragraph) => [paragraph.index, paragraph]))
  return indexWords({
    paragraphs: paragraphs.map(({ index, text }) => {
      const same = read.get(index)
      return { index, text, words: same?.text === text ? same.words : [] }
    }),
  })
}

/** Where words of a text are on pages, one box for each line of them. */
export function placesOnPages(index: WordIndex, place: Place): PagePlace[] {
  const pick = pickOf(index, place.paragraph, place)
  if (pick === null) return []
  const lines: PagePlace[] = []
  for (const word of index.words.slice(pick.from, pick.to + 1)) {
    if (word.place === null) continue
    const line = lines.at(-1)
    if (line !== undefined && isOnLine(line, word.place)) {
      lines[lines.length - 1] = { page: line.page, quad: around(line.quad, word.place.quad) }
    } else lines.push(word.place)
  }
  return lines
}

type Span = [low: number, high: number]

function spanOf(quad: Quad, axis: 0 | 1): Span {
  const values = quad.filter((_, at) => at % 2 === axis)
  return [Math.min(...values), Math.max(...values)]
}

/** By half of its height at least, which no line shares with the next one. */
function isOnLine(line: PagePlace, word: PagePlace): boolean {
  if (line.page !== word.page) return false
  const [a, b] = [spanOf(line.quad, 1), spanOf(word.quad, 1)]
  const shared = Math.min(a[1], b[1]) - Math.max(a[0], b[0])
  return shared >= (b[1] - b[0]) / 2
}

/** The box of both; corners in the order of `Quad`. */
function around(a: Quad, b: Quad): Quad {
  const [left, right] = joined(spanOf(a, 0), spanOf(b, 0))
  const [low, high] = joined(spanOf(a, 1), spanOf(b, 1))
  return [left, high, right, high, left, low, right, low]
}

function joined(a: Span, b: Span): Span {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}
