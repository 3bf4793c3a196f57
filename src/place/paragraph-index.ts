import { normalizedOffsets, normalizeText, type OffsetMap } from './normalize-text.ts'

export interface ParagraphText {
  index: number
  text: string
}

/**
 * A document's paragraphs in the form in which issues are looked up, each prepared when needed. Worth
 * keeping when several outputs are matched against one document.
 */
export interface ParagraphIndex {
  readonly count: number
  /** Where the paragraph with this number stands in the document. */
  position(index: number | null | undefined): number | undefined
  /** The paragraph's own number. */
  number(position: number): number
  raw(position: number): string
  normalized(position: number): string
  offsets(position: number): OffsetMap | null
}

export function createParagraphIndex(paragraphs: readonly ParagraphText[]): ParagraphIndex {
  const positions = new Map<number | null | undefined, number>(
    paragraphs.map(({ index }, position) => [index, position]),
  )
  const normalized: (string | undefined)[] = []
  const offsets: (OffsetMap | null | undefined)[] = []
  const raw = (position: number): string => paragraphs[position]?.text ?? ''
  return {
    count: paragraphs.length,
    position: (index) => positions.get(index),
    number: (position) => paragraphs[position]?.index ?? position,
    raw,
    normalized: (position) => (normalized[position] ??= normalizeText(raw(position))),
    offsets(position) {
      const known = offsets[position]
      if (known !== undefined) return known
      const made = normalizedOffsets(raw(position))
      offsets[position] = made
      return made
    },
  }
}
