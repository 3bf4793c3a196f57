import type { Line } from './lines.ts'

/** Lines of one page that form a paragraph, a list item or a table cell. */
export type Block = { page: number; lines: Line[]; right: number }

const listMarker = /^(?:[•◦▪■●○‣∙·\-–—*]|o|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])$/iu
const startsLower = /^[\p{Ll}(]/u
const sentenceEnd = /[.!?:;…]["'”’)\]]*$/u

/**
 * Groups lines (in reading order) into blocks. A line continues the open block right above it when
 * size, weight, distance and indent fit and the block's last line had no room for its first word.
 */
export function groupIntoBlocks(lines: Line[], page: number, pitchOf: PitchOf): Block[] {
  const blocks: Block[] = []
  for (const line of lines) {
    const right = columnRight(line, lines)
    const block = blocks.findLast((open) => continues(open, line, pitchOf))
    if (block === undefined) blocks.push({ page, lines: [line], right })
    else {
      block.lines.push(line)
      block.right = Math.max(block.right, right)
    }
  }
  return blocks
}

function continues(block: Block, line: Line, pitchOf: PitchOf): boolean {
  const last = block.lines.at(-1)
  const [first] = block.lines
  if (last === undefined || first === undefined) return false
  return (
    similarSize(last, line) &&
    last.bold === line.bold &&
    stacked(last, line) &&
    closeEnough(block, line, pitchOf) &&
    !startsItem(block, line) &&
    !isIndented(block, line) &&
    !breaksEarly(block, line)
  )
}

function similarSize(a: Line, b: Line): boolean {
  return Math.abs(a.fontSize - b.fontSize) < 0.12 * Math.max(a.fontSize, b.fontSize)
}

/** Below, and sharing horizontal space. */
function stacked(upper: Line, lower: Line): boolean {
  const shared = Math.min(upper.right, lower.right) - Math.max(upper.left, lower.left)
  return lower.bottom < upper.bottom - upper.fontSize * 0.4 && shared > 0
}

function closeEnough(block: Block, line: Line, pitchOf: PitchOf): boolean {
  const [first, second] = block.lines
  const last = block.lines.at(-1)
  if (first === undefined || last === undefined) return false
  const own = second === undefined ? pitchOf(line.fontSize) : first.bottom - second.bottom
  return last.bottom - line.bottom < own * 1.2 + 0.5
}

/** The usual distance of baselines in text of a size, in points. */
export type PitchOf = (fontSize: number) => number

/** Learns the line pitch of each font size from lines that stand right below each other. */
export function learnPitch(pages: Line[][]): PitchOf {
  const samples = pages.flatMap((lines) =>
    lines.flatMap((line, i) => pitchBelow(line, lines[i + 1])),
  )
  const bySize = Map.groupBy(samples, ({ size }) => size)
  const pitches = new Map(
    [...bySize].map(([size, group]) => {
      const sorted = group.map(({ pitch }) => pitch).toSorted((a, b) => a - b)
      // The lower quartile: distances between paragraphs are in the list too.
      return [size, sorted[Math.floor(sorted.length / 4)]]
    }),
  )
  return (fontSize) => pitches.get(Math.round(fontSize)) ?? fontSize * 1.3
}

function pitchBelow(line: Line, next: Line | undefined): { size: number; pitch: number }[] {
  if (next === undefined || !similarSize(line, next) || !stacked(line, next)) return []
  const pitch = line.bottom - next.bottom
  const near = pitch < line.fontSize * 2.2 && Math.abs(line.left - next.left) < line.fontSize
  return near ? [{ size: Math.round(line.fontSize), pitch }] : []
}

function isListItem(line: Line): boolean {
  const [marker] = line.words
  return marker !== undefined && line.words.length > 1 && listMarker.test(marker.text)
}

/** A line that begins with "4." in the midst of a sentence is no list item. */
function startsItem(block: Block, line: Line): boolean {
  const [first] = block.lines
  const last = block.lines.at(-1)
  const ending = last?.words.at(-1)
  if (!isListItem(line) || !first || !last || !ending) return false
  const full = last.right > block.right - 8 * last.fontSize
  return isListItem(first) || !full || sentenceEnd.test(ending.text)
}

/** A first-line indent; list items hang the other way and centred lines differ on both sides. */
function isIndented(block: Block, line: Line): boolean {
  const last = block.lines.at(-1)
  if (last === undefined) return false
  const indent = line.left - last.left
  const listStart = block.lines.length === 1 && isListItem(last)
  return !listStart && indent > 0.9 * line.fontSize && last.right > line.right - line.fontSize
}

/** The writer broke the line although the next word had room: the paragraph was over. */
function breaksEarly(block: Block, line: Line): boolean {
  const last = block.lines.at(-1)
  const [next] = line.words
  const ending = last?.words.at(-1)
  if (last === undefined || next === undefined || ending === undefined) return false
  const room = block.right - last.right - (next.right - next.left)
  return room > line.fontSize * roomNeeded(ending.text, next.text)
}

/** In font sizes: how much room on a line speaks for a break, given the words around it. */
function roomNeeded(ending: string, next: string): number {
  if (sentenceEnd.test(ending)) return 0.8
  return startsLower.test(next) ? 20 : 4
}

/** How far lines that start about where this one does reach on this page. */
function columnRight(line: Line, lines: Line[]): number {
  const near = lines.filter(
    (other) => similarSize(other, line) && Math.abs(other.left - line.left) < 3 * line.fontSize,
  )
  return Math.max(...near.map((other) => other.right))
}

/** Whether a block that is cut off by the end of a column or page goes on in the next one. */
export function goesOn(block: Block, next: Block): boolean {
  const last = block.lines.at(-1)
  const [first] = next.lines
  const [start] = first?.words ?? []
  const ending = last?.words.at(-1)
  if (!last || !first || !start || !ending) return false
  if (!similarSize(last, first) || last.bold !== first.bold || isListItem(first)) return false
  if (sentenceEnd.test(ending.text)) return false
  const cut = last.right > block.right - 8 * last.fontSize
  return (
    cut && (startsLower.test(start.text) || ending.text.endsWith(',') || block.lines.length > 1)
  )
}
