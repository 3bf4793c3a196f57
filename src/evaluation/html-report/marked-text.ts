import { markup, type Markup } from './markup.ts'
import type { TextRange } from './mistake-context.ts'

type Ranges = { detected: TextRange | null; truth: TextRange | null }

/** Text with a longer distance than this to what is marked is left out; how much is said. */
const contextLength = 500
/** Less is not worth leaving out. */
const leastLeftOut = 200

/** A paragraph with what was detected and what is there marked. */
export function markedText(text: string, ranges: Ranges): Markup {
  const marked = [ranges.detected, ranges.truth].filter((range) => range !== null)
  const { start: from, end: to } = shownRange(text, marked)
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
