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

/**
 * Where a label is: as it says, or where its words stand once in what it says of its sentence and its
 * paragraph. Null: nowhere for sure.
 */
export function placeOf(
  { text, location }: Pick<LabelledIssue, 'text' | 'location'>,
  paragraphs: readonly DatasetParagraph[],
): Place | null {
  const { paragraph, start, end, sourceSentence } = location
  const own = paragraphs.filter(({ index }) => paragraph === undefined || index === paragraph)
  if (paragraph !== undefined && start !== undefined && end !== undefined) {
    const length = own[0]?.text.length ?? -1
    return end <= length ? { paragraph, start, end } : null
  }
  const sentences = placesOf(sourceSentence ?? '', own)
  const all = placesOf(text, own)
  const inside = all.filter((place) => sentences.some((sentence) => contains(sentence, place)))
  const [only, more] = inside.length > 0 ? inside : all
  return only !== undefined && more === undefined ? only : null
}

function contains(outer: Place, inner: Place): boolean {
  return outer.paragraph === inner.paragraph && outer.start <= inner.start && inner.end <= outer.end
}
