import { createWindowFinder, isWordCharacter } from './best-window.ts'
import { normalizeReported } from './normalize-text.ts'
import type { ParagraphIndex } from './paragraph-index.ts'
import { unlimited, type Work } from './work.ts'

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

/** What looking at a letter and at a place costs, in steps of an LCS. */
const stepsPerLetter = 1 / 8
const stepsPerPlace = 32

/** All places of `quote`, those that do not cut a word if there are any. */
function occurrences(text: string, quote: string, work: Work): number[] {
  if (quote === '') return []
  work.spend(stepsPerLetter * text.length)
  const all: number[] = []
  const whole: number[] = []
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const end = at + quote.length
    const cutsFirst = isWordCharacter(text, at - 1) && isWordCharacter(text, at)
    const cutsLast = isWordCharacter(text, end - 1) && isWordCharacter(text, end)
    work.spend(stepsPerPlace)
    all.push(at)
    if (!cutsFirst && !cutsLast) whole.push(at)
  }
  return whole.length > 0 ? whole : all
}

interface Quote {
  text: string
  sentence: string
}

interface Searched {
  quote: Quote
  work: Work
}

/** The first of `texts` that lies in one of `sentences`; both are in order. */
function firstInside(
  texts: readonly number[],
  sentences: readonly number[],
  { text, sentence }: Quote,
): number | undefined {
  let last = -1
  return texts.find((at) => {
    while ((sentences[last + 1] ?? Number.POSITIVE_INFINITY) <= at) last += 1
    const start = sentences[last]
    return start !== undefined && at + text.length <= start + sentence.length
  })
}

function find(
  paragraphs: ParagraphIndex,
  position: number,
  { quote, work }: Searched,
): Place | null {
  const paragraph = paragraphs.normalized(position)
  const { text, sentence } = quote
  const texts = occurrences(paragraph, text, work)
  const sentences = occurrences(paragraph, sentence, work)
  const [firstText] = texts
  const [firstSentence] = sentences
  if (firstText !== undefined) {
    if (firstSentence === undefined)
      return { position, start: firstText, end: firstText + text.length, level: 'weak' }
    const start = firstInside(texts, sentences, quote)
    return start === undefined ? null : { position, start, end: start + text.length, level: 'text' }
  }
  if (firstSentence === undefined) return null
  return { position, start: firstSentence, end: firstSentence + sentence.length, level: 'sentence' }
}

function findChangedSentence(
  paragraphs: ParagraphIndex,
  positions: readonly number[],
  { quote: { text, sentence }, work }: Searched,
): Place | null {
  const findWindow = createWindowFinder(sentence, work)
  let best: Place | null = null
  let similarity = 0
  for (const position of positions) {
    const paragraph = paragraphs.normalized(position)
    const window = findWindow(paragraph, Math.max(leastSentenceSimilarity, similarity))
    if (window === null || window.similarity <= similarity) continue
    similarity = window.similarity
    const { start, end } = window
    const at = occurrences(paragraph, text, work).find((i) => i < end && i + text.length > start)
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

function placeByText(issue: LocatableIssue, paragraphs: ParagraphIndex, work: Work): Place | null {
  const quote: Quote = {
    text: normalizeReported(issue.text, work),
    sentence: normalizeReported(issue.location.sourceSentence, work),
  }
  const searched = { quote, work }
  const near = nearby(paragraphs, paragraphs.position(issue.location.paragraph))

  let weakNear: Place | null = null
  let weakFar: Place | null = null
  for (const position of near) {
    const place = find(paragraphs, position, searched)
    if (place !== null && place.level !== 'weak') return place
    weakNear ??= place
  }
  // Without a sentence every hit is weak, so a far paragraph cannot beat a near one.
  if (weakNear !== null && quote.sentence === '') return weakNear
  for (let position = 0; position < paragraphs.count; position++) {
    const place = find(paragraphs, position, searched)
    if (place !== null && place.level !== 'weak') return place
    weakFar ??= place
  }
  if (weakNear !== null) return weakNear

  const all = Array.from({ length: paragraphs.count }, (_, position) => position)
  return findChangedSentence(paragraphs, near.length > 0 ? near : all, searched) ?? weakFar
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
 * @throws TooMuchWork
 */
export function resolveIssue(
  issue: LocatableIssue,
  paragraphs: ParagraphIndex,
  work: Work = unlimited,
): Place | null {
  return placeByOffsets(issue, paragraphs) ?? placeByText(issue, paragraphs, work)
}
