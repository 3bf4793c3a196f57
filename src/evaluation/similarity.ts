import { indelSimilarity } from '../place/indel.ts'
import type { Place } from '../place/resolve-issue.ts'
import { unlimited, type Work } from '../place/work.ts'

export interface Span {
  start: number
  end: number
}

/** An insertion has no width; one character on each side makes it comparable. */
export function widen({ start, end }: Span): Span {
  return start === end ? { start: start - 1, end: end + 1 } : { start, end }
}

/**
 * Overlap over the geometric mean of the lengths (Ochiai 1957). Kinder than intersection over union
 * to the width of a span, which is arbitrary for models and people alike.
 */
export function ochiai(first: Span, second: Span): number {
  const a = widen(first)
  const b = widen(second)
  const overlap = Math.min(a.end, b.end) - Math.max(a.start, b.start)
  return overlap <= 0 ? 0 : overlap / Math.sqrt((a.end - a.start) * (b.end - b.start))
}

/** An issue as it is compared; `text` and `sentence` are normalised. */
export interface PlacedQuote {
  place: Place | null
  text: string
  sentence: string
}

const leastQuoteSimilarity = 0.5
const quoteWeight = 0.9

/** More than three times as long as the other, two texts cannot be half alike. */
function isFarLonger(a: string, b: string): boolean {
  return Math.max(a.length, b.length) > 3 * Math.min(a.length, b.length)
}

/** How alike two quotes are when at least one of them is nowhere in the document. */
function quoteSimilarity(a: PlacedQuote, b: PlacedQuote, work: Work): number {
  // Most pairs end here, before any LCS.
  if (isFarLonger(a.text, b.text) || isFarLonger(a.sentence, b.sentence)) return 0
  const byText = indelSimilarity(a.text, b.text, work)
  if (byText < leastQuoteSimilarity) return 0
  const both = byText * indelSimilarity(a.sentence, b.sentence, work)
  return both >= leastQuoteSimilarity ? quoteWeight * both : 0
}

/** 0 to 1, the same in both directions. @throws TooMuchWork */
export function similarity(a: PlacedQuote, b: PlacedQuote, work: Work = unlimited): number {
  if (a.place === null || b.place === null) return quoteSimilarity(a, b, work)
  return a.place.position === b.place.position ? ochiai(a.place, b.place) : 0
}
