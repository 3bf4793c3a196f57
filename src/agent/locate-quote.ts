import type { Paragraph } from '../schema/document.ts'
import { type FoldedText, foldText } from './fold-text.ts'
import { sentenceAt, splitSentences } from './sentences.ts'

/** What a model says it has read, and in which paragraph. */
export type Quote = { paragraph: number; text: string; sentence: string }

/** Where it stands: UTF-16 offsets in the paragraph, text and sentence literally as they are there. */
export type Place = Quote & { start: number; end: number }

type Shown = { paragraph: Paragraph; readonly folded: FoldedText }
/** In a folded text. */
type Span = { start: number; end: number }

/**
 * Finds quotes in what a model was shown. White space, case, quotation marks, dashes and invisible
 * characters may differ, and the paragraph's number may be wrong when the quote stands in one other
 * paragraph only. A quote that is nowhere, or in several places with nothing to choose by, is null.
 */
export function createLocator(paragraphs: Paragraph[]): (quote: Quote) => Place | null {
  const shown = paragraphs.map(toShown)
  const byIndex = new Map(shown.map((one) => [one.paragraph.index, one]))
  return (quote) => {
    const text = foldText(quote.text).text
    const sentence = foldText(quote.sentence).text
    if (text === '') return null
    const named = byIndex.get(quote.paragraph)
    const own = named && placeIn(named, text, sentence)
    if (own) return own
    const elsewhere = shown.flatMap((one) => {
      const holds = one !== named && one.folded.text.includes(sentence === '' ? text : sentence)
      return holds ? [{ one, place: placeIn(one, text, sentence) }] : []
    })
    // Two paragraphs with the sentence: nothing says which is meant.
    if (elsewhere.length === 1 && elsewhere[0]?.place) return elsewhere[0].place
    if (named === undefined || elsewhere.length > 0) return null
    return named.folded.text.includes(sentence) ? null : placeNearby(named, text, sentence)
  }
}

/** Folded when it is looked at: most quotes are where they are said to be. */
function toShown(paragraph: Paragraph): Shown {
  let folded: FoldedText | undefined
  return {
    paragraph,
    get folded() {
      return (folded ??= foldText(paragraph.text))
    },
  }
}

/** The text within its sentence, or around it when more than the sentence is quoted. */
function placeIn({ paragraph, folded }: Shown, text: string, sentence: string): Place | null {
  const around = only(folded.text, sentence)
  const span =
    sentence === '' ? only(folded.text, text) : around && within(folded.text, text, around)
  return span ? placeOf(paragraph, folded, { span, sentence: around }) : null
}

function within(paragraph: string, text: string, sentence: Span): Span | null {
  const inside = only(paragraph.slice(sentence.start, sentence.end), text)
  if (inside) return { start: sentence.start + inside.start, end: sentence.start + inside.end }
  const whole = only(paragraph, text)
  return whole && whole.start <= sentence.start && whole.end >= sentence.end ? whole : null
}

/** The sentence is not there as quoted: the text counts when most of the sentence's words are. */
function placeNearby({ paragraph, folded }: Shown, text: string, sentence: string): Place | null {
  const span = only(folded.text, text)
  const words = sentence.match(/[\p{L}\p{N}]+/gu) ?? []
  const known = new Set(folded.text.match(/[\p{L}\p{N}]+/gu))
  const found = words.filter((word) => known.has(word)).length
  if (span === null || found * 2 < words.length) return null
  return placeOf(paragraph, folded, { span, sentence: null })
}

function placeOf(
  { index, text }: Paragraph,
  folded: FoldedText,
  found: { span: Span; sentence: Span | null },
): Place {
  const [start, end] = original(folded, found.span)
  const sentence = found.sentence
    ? text.slice(...original(folded, found.sentence))
    : sentenceAt(splitSentences(text), start, text).text
  return { paragraph: index, start, end, text: text.slice(start, end), sentence }
}

function original({ starts, ends }: FoldedText, { start, end }: Span): [number, number] {
  return [starts[start] ?? 0, ends[end - 1] ?? 0]
}

/** The only occurrence as whole words; without any, the only one at all. */
function only(text: string, part: string): Span | null {
  if (part === '') return null
  const spans: Span[] = []
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    spans.push({ start: at, end: at + part.length })
  }
  const whole = spans.filter((span) => isWhole(text, span))
  const [first, ...others] = whole.length > 0 ? whole : spans
  return first && others.length === 0 ? first : null
}

function isWhole(text: string, { start, end }: Span): boolean {
  const edges = [text.slice(Math.max(0, start - 1), start + 1), text.slice(end - 1, end + 1)]
  return edges.every((edge) => !/^[\p{L}\p{N}]{2}$/u.test(edge))
}
