import type { Pick, WordIndex } from '../../components/pdf/word-index.ts'

/**
 * Paints a pick over a text without changing its elements, which would end the reader's selection.
 * @returns what takes it away
 */
export function showPick(root: Element, index: WordIndex, pick: Pick | null): () => void {
  const [first, last] = pick === null ? [] : [index.words[pick.from], index.words[pick.to]]
  const paragraph = root.querySelector(`[data-paragraph="${first?.paragraph}"]`)
  if (first === undefined || last === undefined || paragraph === null) return () => {}
  const range = document.createRange()
  range.setStart(...placeIn(paragraph, first.start))
  range.setEnd(...placeIn(paragraph, last.end))
  CSS.highlights.set('picked', new Highlight(range))
  return () => CSS.highlights.delete('picked')
}

function placeIn(paragraph: Element, offset: number): [Node, number] {
  const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
  let rest = offset
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const length = node.textContent?.length ?? 0
    if (rest <= length) return [node, rest]
    rest -= length
  }
  return [paragraph, paragraph.childNodes.length]
}
