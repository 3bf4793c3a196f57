import { cutText, isInsidePair } from '../lib/cut-text.ts'
import type { MistakeInContext, TextRange } from '../schema/evaluation-details.ts'

/** Characters of a paragraph before and after what is marked in it. */
const around = 200
/** Of a paragraph, and of each text beside it. */
const longest = 800
const longestSide = 300

/**
 * Mistakes with so much of their paragraphs as is needed to understand them: for whoever may read documents
 * one by one, but not take them away.
 */
export function quoteMistakes(mistakes: readonly MistakeInContext[]): MistakeInContext[] {
  return mistakes.map(quoted)
}

function quoted(mistake: MistakeInContext): MistakeInContext {
  const { detected, truth, sentence, paragraph, detectedRange, truthRange } = mistake
  const side = <Side extends { text: string } | null>(one: Side): Side =>
    one && { ...one, text: cutText(one.text, longestSide) }
  const short = {
    ...mistake,
    detected: side(detected),
    truth: side(truth),
    sentence: cutText(sentence, longestSide),
  }
  if (paragraph === null) return short
  const { start, end } = windowOf(paragraph.text, [detectedRange, truthRange])
  const inside = (range: TextRange | null): TextRange | null =>
    range && { start: clamp(range.start, start, end), end: clamp(range.end, start, end) }
  const leftOut = { before: start, after: paragraph.text.length - end }
  return {
    ...short,
    paragraph: { index: paragraph.index, text: paragraph.text.slice(start, end), leftOut },
    detectedRange: inside(detectedRange),
    truthRange: inside(truthRange),
  }
}

function clamp(offset: number, start: number, end: number): number {
  return Math.min(Math.max(offset, start), end) - start
}

function windowOf(text: string, ranges: (TextRange | null)[]): TextRange {
  const marked = ranges.filter((range) => range !== null)
  const first = Math.min(...marked.map(({ start }) => start), text.length)
  const last = Math.max(...marked.map(({ end }) => end), 0)
  const from = marked.length === 0 ? 0 : Math.max(0, first - around)
  const to = Math.min(text.length, last + around, from + longest)
  return {
    start: from - Number(isInsidePair(text, from)),
    end: to - Number(isInsidePair(text, to)),
  }
}

/** How many characters of documents they tell. */
export function quotedLength(mistakes: readonly MistakeInContext[]): number {
  return mistakes.reduce((sum, { detected, truth, sentence, paragraph }) => {
    const texts = [detected?.text, truth?.text, sentence, paragraph?.text]
    return sum + texts.reduce((length, text) => length + (text?.length ?? 0), 0)
  }, 0)
}
