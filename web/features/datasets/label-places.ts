import { createParagraphIndex, type ParagraphIndex } from '../../../src/place/paragraph-index.ts'
import { rawRange } from '../../../src/place/raw-range.ts'
import { resolveIssue } from '../../../src/place/resolve-issue.ts'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'

/** Offsets are UTF-16, `end` exclusive. */
export type Place = { paragraph: number; start: number; end: number }

/** Every place where these words stand. */
export function placesOf(words: string, paragraphs: readonly DatasetParagraph[]): Place[] {
  if (words === '') return []
  return paragraphs.flatMap(({ index, text }) => {
    const places: Place[] = []
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
      places.push({ paragraph: index, start: at, end: at + words.length })
    }
    return places
  })
}

/** Empty where there is no such paragraph. */
export function wordsAt(
  { paragraph, start, end }: Place,
  paragraphs: readonly DatasetParagraph[],
): string {
  return paragraphs.find(({ index }) => index === paragraph)?.text.slice(start, end) ?? ''
}

/** Of texts that are shown, as long as they are: to look up labels one by one would prepare each anew. */
const indexes = new WeakMap<readonly DatasetParagraph[], ParagraphIndex>()

function indexOf(paragraphs: readonly DatasetParagraph[]): ParagraphIndex {
  const known = indexes.get(paragraphs)
  if (known !== undefined) return known
  const index = createParagraphIndex(paragraphs)
  indexes.set(paragraphs, index)
  return index
}

/** Where a label is for whoever matches it, too. Null: its words are not in the text. */
export function placeOf(
  label: Pick<LabelledIssue, 'text' | 'location'>,
  paragraphs: readonly DatasetParagraph[],
): Place | null {
  const index = indexOf(paragraphs)
  const found = resolveIssue(label, index)
  if (found === null) return null
  const paragraph = index.number(found.position)
  const text = index.raw(found.position)
  const { start, end } = label.location
  if (found.level === 'offsets' && start !== undefined && end !== undefined) {
    return { paragraph, start, end: Math.min(end, text.length) }
  }
  const range = rawRange(found, text)
  return range === null ? null : { paragraph, ...range }
}
