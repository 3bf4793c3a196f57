import { bestWindow, isWordCharacter } from './best-window.ts'
import { normalizeText } from './normalize-text.ts'
import type { ParagraphIndex } from './paragraph-index.ts'

/** What matching needs of an issue: a labelled one (truth, recorded output) or one of a review. */
export interface LocatableIssue {
  text: string
  location: {
    sourceSentence?: string | undefined
    paragraph?: number | null | undefined
    start?: number | null | undefined
    end?: number | null | undefined
  }
}

/** Where an issue is, in UTF-16 offsets of the *normalised* paragraph, end exclusive. */
export interface Place {
  /** Position in the document, not the paragraph's own number. */
  position: number
  start: number
  end: number
  /** What it was found by; `weak`: the text alone, the sentence is not there or was not given. */
  level: 'offsets' | 'text' | 'sentence' | 'weak'
}

/** A quoted sentence that is changed more than this is not taken for one of the document's. */
const leastSentenceSimilarity = 0.8

/** All places of `quote`, those that do not cut a word if there are any. */
function occurrences(text: string, quote: string): number[] {
  if (quote === '') return []
  const all: number[] = []
  const whole: number[] = []
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const end = at + quote.length
    const cutsFirst = isWordCharacter(text, at - 1) && isWordCharacter(text, at)
    const cutsLast = isWordCharacter(text, end - 1) && isWordCharacter(text, end)
    all.push(at)
    if (!cutsFirst && !cutsLast) whole.push(at)
  }
  return whole.length > 0 ? whole : all
}

interface Quote {
  text: string
  sentence: string
}

function find(paragraphs: ParagraphIndex, position: number, quote: Quote): Place | null {
  const paragraph = paragraphs.normalized(position)
  const { text, sentence } = quote
  const texts = occurrences(paragraph, text)
  const sentences = occurrences(paragraph, sentence)
  const [firstText] = texts
  const [firstSentence] = sentences
  if (firstText !== undefined) {
    if (firstSentence === undefined)
      return { position, start: firstText, end: firstText + text.length, level: 'weak' }
    const start = texts.find((at) =>
      sentences.some((s) => s <= at && at + text.length <= s + sentence.length),
    )
    return start === undefined ? null : { position, start, end: start + text.length, level: 'text' }
  }
  if (firstSentence === undefined) return null
  return { position, start: firstSentence, end: firstSentence + sentence.length, level: 'sentence' }
}

function findChangedSentence(
  paragraphs: ParagraphIndex,
  positions: readonly number[],
  { text, sentence }: Quote,
): Place | null {
  let best: Place | null = null
  let similarity = 0
  for (const position of positions) {
    const paragraph = paragraphs.normalized(position)
    const window = bestWindow(paragraph, sentence, leastSentenceSimilarity)
    if (window === null || window.similarity <= similarity) continue
    similarity = window.similarity
    const { start, end } = window
    const at = occurrences(paragraph, text).find((i) => i < end && i + text.length > start)
    best =
      at === undefined
        ? { position, start, end, level: 'sentence' }
        : { position, start: at, end: at + text.length, level: 'text' }
  }
  return best
}

/** The named paragraph and its two neighbours on each side: paragraph numbers are often off by one. */
function nearby(paragraphs: ParagraphIndex, named: number | undefined): number[] {
  if (named === undefined) return []
  return [named, named - 1, named + 1, named - 2, named + 2].filter(
    (position) => position >= 0 && position < paragraphs.count,
  )
}

function placeByText(issue: LocatableIssue, paragraphs: ParagraphIndex): Place | null {
  const quote: Quote = {
    text: normalizeText(issue.text),
    sentence: normalizeText(issue.location.sourceSentence),
  }
  const near = nearby(paragraphs, paragraphs.position(issue.location.paragraph))

  let weakNear: Place | null = null
  let weakFar: Place | null = null
  for (const position of near) {
    const place = find(paragraphs, position, quote)
    if (place !== null && place.level !== 'weak') return place
    weakNear ??= place
  }
  // Without a sentence every hit is weak, so a far paragraph cannot beat a near one.
  if (weakNear !== null && quote.sentence === '') return weakNear
  for (let position = 0; position < paragraphs.count; position++) {
    const place = find(paragraphs, position, quote)
    if (place !== null && place.level !== 'weak') return place
    weakFar ??= place
  }
  if (weakNear !== null) return weakNear

  const all = Array.from({ length: paragraphs.count }, (_, position) => position)
  return findChangedSentence(paragraphs, near.length > 0 ? near : all, quote) ?? weakFar
}

function placeByOffsets(issue: LocatableIssue, paragraphs: ParagraphIndex): Place | null {
  const { start, end } = issue.location
  const position = paragraphs.position(issue.location.paragraph)
  if (position === undefined || typeof start !== 'number' || typeof end !== 'number') return null
  // A span may run over its paragraph's end (that part is cut off), but it must begin inside.
  if (start > end || start > paragraphs.raw(position).length) return null
  const offset = paragraphs.offsets(position)
  if (offset === null) return null
  return { position, start: offset(start), end: offset(end), level: 'offsets' }
}

/**
 * Where an issue is in its document (measurement: "resolve"). Offsets into the paragraph as it
 * stands are trusted and mapped to the normalised text; without them the quoted text is searched,
 * inside the quoted sentence, in the named paragraph first.
 *
 * @returns null when the quote is not in the document: no place is ever guessed
 */
export function resolveIssue(issue: LocatableIssue, paragraphs: ParagraphIndex): Place | null {
  return placeByOffsets(issue, paragraphs) ?? placeByText(issue, paragraphs)
}
