import { markup, type Markup } from './markup.ts'
import type { TextRange } from './mistake-context.ts'

type Ranges = { detected: TextRange | null; truth: TextRange | null }

/** Text with a longer distance than this to what is marked is left out; how much is said. */
const contextLength = 400

/** A paragraph with what was detected and what is there marked. */
export function markedText(text: string, ranges: Ranges): Markup {
  const marked = [ranges.detected, ranges.truth].filter((range) => range !== null)
  const first = Math.min(text.length, ...marked.map(({ start }) => start))
  const last = marked.length === 0 ? 0 : Math.max(...marked.map(({ end }) => end))
  const from = wordStart(text, marked.length === 0 ? 0 : first - contextLength)
  const to = wordStart(text, last + contextLength)
  const bounds = marked.flatMap(({ start, end }) => [start, end])
  const cuts = [...new Set([from, ...bounds, to])].toSorted((a, b) => a - b)
  const pieces = cuts.map((start, index) => {
    const end = cuts[index + 1] ?? start
    const shown = text.slice(start, end)
    const around = (range: TextRange): boolean => range.start <= start && end <= range.end
    const insertion = (range: TextRange): boolean => range.start === start && range.end === start
    const piece = shown === '' ? null : mark(shown, namesOf(ranges, around))
    return [mark('', namesOf(ranges, insertion)), piece]
  })
  return markup`${leftOut(from)}${from > 0 ? ' ' : null}${pieces}${leftOut(text.length - to)}`
}

function namesOf(ranges: Ranges, test: (range: TextRange) => boolean): string {
  return (['truth', 'detected'] as const)
    .filter((name) => ranges[name] !== null && test(ranges[name]))
    .join(' ')
}

/** An insertion is a mark without text; the style sheet gives it a caret. */
function mark(shown: string, names: string): Markup {
  return names === '' ? markup`${shown}` : markup`<mark class="${names}">${shown}</mark>`
}

/** The start of the word at an offset, or of one of the few before it; never inside a surrogate pair. */
function wordStart(text: string, offset: number): number {
  if (offset <= 0) return 0
  if (offset >= text.length) return text.length
  const space = text.lastIndexOf(' ', offset)
  if (space > offset - 40) return space + 1
  return isLowSurrogate(text.charCodeAt(offset)) ? offset - 1 : offset
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function leftOut(characters: number): Markup | null {
  return characters === 0
    ? null
    : markup`<span class="left-out">[… ${characters} characters]</span>`
}
