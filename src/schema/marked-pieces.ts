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
  const named = (['truth', 'detected'] as const).flatMap((mark) => {
    const range = ranges[mark]
    return range === null ? [] : [{ mark, ...range }]
  })
  const pieces = cutAtMarks(text, named, { start: from, end: to })
  return {
    before: from,
    pieces: pieces.map(({ text: words, marks }) => ({ text: words, marks })),
    after: text.length - to,
  }
}

/** A stretch of text with the marks that cover it. */
export type Piece<Mark> = { start: number; text: string; marks: Mark[] }

/** Cuts a text, or a range of it, where marks begin and end. An insertion is a piece without text. */
export function cutAtMarks<Mark>(
  text: string,
  marks: readonly (TextRange & { mark: Mark })[],
  { start: from, end: to }: TextRange = { start: 0, end: text.length },
): Piece<Mark>[] {
  const bounds = marks.flatMap(({ start, end }) => [start, end])
  const inside = bounds.filter((at) => from <= at && at <= to)
  const cuts = [...new Set([from, ...inside, to])].toSorted((a, b) => a - b)
  return cuts.flatMap((start, index): Piece<Mark>[] => {
    const end = cuts[index + 1] ?? start
    const inserted = marks.filter((one) => one.start === start && one.end === start)
    const around = marks.filter((one) => one.start <= start && end <= one.end)
    const piece = { start, text: text.slice(start, end), marks: around.map(({ mark }) => mark) }
    const insertion = { start, text: '', marks: inserted.map(({ mark }) => mark) }
    return [...(inserted.length > 0 ? [insertion] : []), ...(end > start ? [piece] : [])]
  })
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

/** The start of the word at an offset, or of one of the few before it; never inside a surrogate pair. */
function wordStart(text: string, offset: number): number {
  const space = text.lastIndexOf(' ', offset)
  if (space > offset - 40) return space + 1
  return isLowSurrogate(text.charCodeAt(offset)) ? offset - 1 : offset
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
