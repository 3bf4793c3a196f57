import { indelSimilarity } from '../place/indel.ts'
import type { Place } from '../place/resolve-issue.ts'

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

/** How alike two quotes are when at least one of them is nowhere in the document. */
function quoteSimilarity(a: PlacedQuote, b: PlacedQuote): number {
  const texts = [a.text.length, b.text.length]
  const longest = Math.max(...texts)
  // More than three times as long cannot reach one half; most pairs end here, before any LCS.
  if (longest > 3 * Math.min(...texts)) return 0
  const byText = indelSimilarity(a.text, b.text)
  if (byText < leastQuoteSimilarity) return 0
  const both = byText * indelSimilarity(a.sentence, b.sentence)
  return both >= leastQuoteSimilarity ? quoteWeight * both : 0
}

/** 0 to 1, the same in both directions. */
export function similarity(a: PlacedQuote, b: PlacedQuote): number {
  if (a.place === null || b.place === null) return quoteSimilarity(a, b)
  return a.place.position === b.place.position ? ochiai(a.place, b.place) : 0
}
