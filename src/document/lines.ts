import type { PageWord } from './page-word.ts'

/** Words that stand on one baseline without a gap as wide as a column's or a table cell's. */
export type Line = {
  words: PageWord[]
  left: number
  right: number
  bottom: number
  top: number
  fontSize: number
  bold: boolean
}

/** A wider gap than this many font sizes ends a line. */
const maxGap = 1.6
const maxBulletGap = 4
const bullet = /^[•◦▪■●○‣∙·]$/u

/**
 * Lines of words that are turned the same way. Words that follow each other in the file form runs;
 * runs that touch on one baseline are then joined, since files draw bold words and links apart.
 */
export function groupIntoLines(words: PageWord[]): Line[] {
  const runs: PageWord[][] = []
  for (const word of words) {
    const run = runs.at(-1)
    const previous = run?.at(-1)
    if (run && previous && touches(previous, word)) run.push(word)
    else runs.push([word])
  }
  return joinRuns(runs.map(toLine))
}

function touches(a: PageWord, b: PageWord): boolean {
  return sameBaseline(a, b) && gapBetween(a, b) < maxGap * Math.max(a.fontSize, b.fontSize)
}

/** A bullet stands further from its text than words stand from each other. */
function allowedGap(line: Line): number {
  const [word, ...others] = line.words
  return others.length === 0 && word && bullet.test(word.text) ? maxBulletGap : maxGap
}

type Box = Pick<Line, 'left' | 'right' | 'bottom' | 'top'>

function sameBaseline(a: Box, b: Box): boolean {
  const overlap = Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom)
  return overlap > 0.5 * Math.min(a.top - a.bottom, b.top - b.bottom)
}

/** Negative when the boxes overlap; writing from right to left counts the same. */
function gapBetween(a: Box, b: Box): number {
  return Math.max(a.left, b.left) - Math.min(a.right, b.right)
}

function joinRuns(lines: Line[]): Line[] {
  const joined: Line[] = []
  for (const line of lines.toSorted((a, b) => a.left - b.left)) {
    const previous = joined.findLast(
      (other) =>
        sameBaseline(other, line) &&
        gapBetween(other, line) < allowedGap(other) * Math.max(other.fontSize, line.fontSize),
    )
    if (previous === undefined) joined.push(line)
    else Object.assign(previous, toLine(inReadingDirection([...previous.words, ...line.words])))
  }
  return joined
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u

function inReadingDirection(words: PageWord[]): PageWord[] {
  const reversed = words.filter((word) => rightToLeft.test(word.text)).length > words.length / 2
  return words.toSorted((a, b) => (reversed ? b.right - a.right : a.left - b.left))
}

function toLine(words: PageWord[]): Line {
  const sizes = words.map((word) => word.fontSize).toSorted((a, b) => a - b)
  return {
    words,
    left: Math.min(...words.map((word) => word.left)),
    right: Math.max(...words.map((word) => word.right)),
    bottom: Math.min(...words.map((word) => word.bottom)),
    top: Math.max(...words.map((word) => word.top)),
    fontSize: sizes[Math.floor(sizes.length / 2)] ?? 0,
    bold: words.every((word) => word.bold),
  }
}
