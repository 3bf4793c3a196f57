import type { Pick, WordIndex } from './word-index.ts'

type Stretch = { paragraph: number; start: number; end: number }

/** What is selected in a text, in offsets of the paragraph where it begins; null when nothing is. */
export function readSelection(): Stretch | null {
  const selection = document.getSelection()
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const paragraph = paragraphOf(range.startContainer)
  if (paragraph === null) return null
  const start = lengthBefore(paragraph, range.startContainer, range.startOffset)
  const inside = paragraph.contains(range.endContainer)
  const end = inside
    ? lengthBefore(paragraph, range.endContainer, range.endOffset)
    : (paragraph.textContent?.length ?? start)
  return end > start ? { paragraph: Number(paragraph.dataset['paragraph']), start, end } : null
}

function paragraphOf(node: Node): HTMLElement | null {
  const element = node instanceof Element ? node : node.parentElement
  return element?.closest<HTMLElement>('[data-paragraph]') ?? null
}

function lengthBefore(paragraph: Element, node: Node, offset: number): number {
  const range = document.createRange()
  range.setStart(paragraph, 0)
  range.setEnd(node, offset)
  return range.toString().length
}

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
