import type { Paragraph, Quad } from '../../../src/schema/document.ts'

/** A word that can be picked; its offsets are those of its paragraph. */
type PickableWord = {
  paragraph: number
  start: number
  end: number
  text: string
  place: { page: number; quad: Quad } | null
}

/** Words of a document in reading order, and which of them are on a page. */
export type WordIndex = { words: PickableWord[]; onPage: Map<number, number[]> }

/** Words from one to another in one paragraph, both included. */
export type Pick = { from: number; to: number }

/** What the server is told of a pick. */
export type PickedText = { paragraph: number; start: number; end: number; text: string }

/** Words without places are cut at spaces. */
type IndexedParagraph = { index: number; text: string; words: Paragraph['words'] }

export function indexWords(document: { paragraphs: readonly IndexedParagraph[] }): WordIndex {
  const words: PickableWord[] = []
  const onPage = new Map<number, number[]>()
  for (const paragraph of document.paragraphs) {
    if (paragraph.words.length === 0) words.push(...wordsIn(paragraph.index, paragraph.text))
    for (const { text, start, end, page, quad } of paragraph.words) {
      const page_ = onPage.get(page) ?? []
      onPage.set(page, page_)
      page_.push(words.length)
      words.push({ paragraph: paragraph.index, start, end, text, place: { page, quad } })
    }
  }
  return { words, onPage }
}

function wordsIn(paragraph: number, text: string): PickableWord[] {
  return [...text.matchAll(/\S+/gu)].map((match) => ({
    paragraph,
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
    place: null,
  }))
}

/** A pick from the word where it began to another one; it does not leave the first one's paragraph. */
export function pickTo({ words }: WordIndex, anchor: number, focus: number): Pick {
  const paragraph = words[anchor]?.paragraph
  let end = anchor
  const step = focus < anchor ? -1 : 1
  while (end !== focus && words[end + step]?.paragraph === paragraph) end += step
  return { from: Math.min(anchor, end), to: Math.max(anchor, end) }
}

export function pickedText(
  document: { paragraphs: readonly Omit<IndexedParagraph, 'words'>[] },
  { words }: WordIndex,
  pick: Pick,
): PickedText | null {
  const first = words[pick.from]
  const last = words[pick.to]
  if (first === undefined || last === undefined) return null
  const paragraph = document.paragraphs.find(({ index }) => index === first.paragraph)
  if (paragraph === undefined) return null
  const { start } = first
  const { end } = last
  return { paragraph: paragraph.index, start, end, text: paragraph.text.slice(start, end) }
}

/** The words that overlap a stretch of a paragraph; null when there are none. */
export function pickOf(
  { words }: WordIndex,
  paragraph: number,
  { start, end }: { start: number; end: number },
): Pick | null {
  const from = words.findIndex((word) => word.paragraph === paragraph && word.end > start)
  if (from < 0) return null
  let to = from
  while (words[to + 1]?.paragraph === paragraph && (words[to + 1]?.start ?? end) < end) to += 1
  return { from, to }
}
