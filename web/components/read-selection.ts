export type Stretch = { paragraph: number; start: number; end: number }

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
