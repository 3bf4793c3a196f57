import type { TextRange } from './evaluation-details.ts'

type Ranges = { detected: TextRange | null; truth: TextRange | null }
export type MarkedPiece = { text: string; marks: ('truth' | 'detected')[] }

/** Text with a longer distance than this to what is marked is left out; how much is said. */
const contextLength = 500
/** Less is not worth leaving out. */
const leastLeftOut = 200

/**
 * A paragraph cut where what was detected and what is there begin and end. An insertion is a marked
 * piece without text.
 * @param whole nothing is left out
 * @returns the pieces, and how many characters are left out before and after them
 */
export function markedPieces(
  text: string,
  ranges: Ranges,
  whole = false,
): { before: number; pieces: MarkedPiece[]; after: number } {
  const marked = [ranges.detected, ranges.truth].filter((range) => range !== null)
  const { start: from, end: to } = whole ? { start: 0, end: text.length } : shownRange(text, marked)
  const bounds = marked.flatMap(({ start, end }) => [start, end])
  const cuts = [...new Set([from, ...bounds, to])].toSorted((a, b) => a - b)
  const pieces = cuts.flatMap((start, index) => {
    const end = cuts[index + 1] ?? start
    const around = (range: TextRange): boolean => range.start <= start && end <= range.end
    const insertion = (range: TextRange): boolean => range.start === start && range.end === start
    const inserted = { text: '', marks: marksOf(ranges, insertion) }
    const piece = { text: text.slice(start, end), marks: marksOf(ranges, around) }
    return [...(inserted.marks.length > 0 ? [inserted] : []), ...(end > start ? [piece] : [])]
  })
  return { before: from, pieces, after: text.length - to }
}

function shownRange(text: string, marked: readonly TextRange[]): TextRange {
  const first = Math.min(...marked.map((range) => range.start))
  const last = Math.max(...marked.map((range) => range.end))
  const before = marked.length === 0 ? 0 : first - contextLength
  const after = (marked.length === 0 ? 0 : last) + contextLength
  return {
    start: before < leastLeftOut ? 0 : wordStart(text, before),
    end: text.length - after < leastLeftOut ? text.length : wordStart(text, after),
  }
}

function marksOf(ranges: Ranges, test: (range: TextRange) => boolean): MarkedPiece['marks'] {
  return (['truth', 'detected'] as const).filter(
    (name) => ranges[name] !== null && test(ranges[name]),
  )
}

/** The start of the word at an offset, or of one of the few before it; never inside a surrogate pair. */
function wordStart(text: string, offset: number): number {
  const space = text.lastIndexOf(' ', offset)
  if (space > offset - 40) return space + 1
  return isLowSurrogate(text.charCodeAt(offset)) ? offset - 1 : offset
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
