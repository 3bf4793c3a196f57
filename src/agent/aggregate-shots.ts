import type { Paragraph } from '../schema/document.ts'
import type { FoundIssues } from './answers.ts'
import { foldText } from './fold-text.ts'
import { createLocator, type Place, type Quote } from './locate-quote.ts'

/** One issue as the shots of a chunk have found it. */
export type Candidate = {
  quote: Quote
  /** Null when the quote could not be found: it is kept, and never placed by guess. */
  place: Place | null
  explanation: string
  fix: string | null
  /** Shots that reported it. */
  foundBy: number
}

/** A model that reports more has lost its way; the rest is dropped, and counted. */
const mostInSentence = 10
const mostInChunk = { least: 100, perParagraph: 4, most: 1000 }

/**
 * Joins what independent shots have found. The same place with the same fix is one issue, whatever
 * the words of its explanation; two issues in one sentence stay two. In document order.
 */
export function aggregateShots(
  shots: FoundIssues[],
  paragraphs: Paragraph[],
): { candidates: Candidate[]; leftOut: number } {
  const { least, perParagraph, most } = mostInChunk
  const cap = Math.min(most, Math.max(least, perParagraph * paragraphs.length))
  const locate = createLocator(paragraphs)
  const byKey = new Map<string, Candidate>()
  for (const { issues } of shots) {
    const seen = new Set<string>()
    for (const issue of issues.slice(0, cap)) {
      const candidate = toCandidate(issue, locate)
      const key = keyOf(candidate)
      const known = byKey.get(key)
      if (known === undefined) byKey.set(key, candidate)
      else if (!seen.has(key)) known.foundBy += 1
      seen.add(key)
    }
  }
  const kept = withinBounds([...byKey.values()], cap)
  const beyond = shots.map(({ issues }) => Math.max(0, issues.length - cap))
  return {
    candidates: kept.toSorted(inDocumentOrder),
    leftOut: byKey.size - kept.length + beyond.reduce((sum, n) => sum + n, 0),
  }
}

function toCandidate(
  issue: FoundIssues['issues'][number],
  locate: (quote: Quote) => Place | null,
): Candidate {
  const { para_index: paragraph, source_sentence: sentence, text, explanation } = issue
  const quote = { paragraph, text, sentence }
  const fix = issue.suggested_fix === text ? null : issue.suggested_fix
  return { quote, place: locate(quote), explanation, fix, foundBy: 1 }
}

function keyOf({ place, quote, fix }: Candidate): string {
  const where = place
    ? [place.paragraph, place.start, place.end]
    : [foldText(quote.text).text, foldText(quote.sentence).text]
  return JSON.stringify([...where, fix])
}

/** Those that most shots agree on come first. */
function withinBounds(candidates: Candidate[], cap: number): Candidate[] {
  const bySentence = new Map<string, number>()
  const kept = candidates
    .toSorted((a, b) => b.foundBy - a.foundBy)
    .filter(({ place, quote }) => {
      const sentence = `${(place ?? quote).paragraph} ${foldText((place ?? quote).sentence).text}`
      const before = bySentence.get(sentence) ?? 0
      bySentence.set(sentence, before + 1)
      return before < mostInSentence
    })
  return kept.slice(0, cap)
}

function inDocumentOrder(a: Candidate, b: Candidate): number {
  const last = Number.MAX_SAFE_INTEGER
  return (
    (a.place?.paragraph ?? last) - (b.place?.paragraph ?? last) ||
    (a.place?.start ?? last) - (b.place?.start ?? last)
  )
}
