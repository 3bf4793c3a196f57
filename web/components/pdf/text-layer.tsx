import { useEffect, useRef, type CSSProperties } from 'react'
import { rectangleOf, type Rotation, type SizedPage } from './page-geometry.ts'
import classes from './pdf-view.module.css'
import type { WordIndex } from './word-index.ts'

/** A page that flies past does not need its words. */
const buildAfter = 120

type Props = { page: SizedPage; rotation: Rotation; index: WordIndex; scale: number }

/** The server's words, invisible above their picture: for selecting, copying and reading aloud. */
export function TextLayer({ page, rotation, index, scale }: Props) {
  const layer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => {
      layer.current?.replaceChildren(wordsOf(page, rotation, index))
    }, buildAfter)
    return () => clearTimeout(timer)
  }, [page, rotation, index])
  return (
    <div ref={layer} className={classes.text} style={{ '--page-scale': scale } as CSSProperties} />
  )
}

function wordsOf(page: SizedPage, rotation: Rotation, index: WordIndex): DocumentFragment {
  const all = document.createDocumentFragment()
  let block: HTMLParagraphElement | null = null
  let paragraph: number | null = null
  for (const at of index.onPage.get(page.number) ?? []) {
    const word = index.words[at]
    if (word?.place == null) continue
    if (block === null || paragraph !== word.paragraph) {
      block = document.createElement('p')
      paragraph = word.paragraph
      all.append(block)
    }
    const box = rectangleOf(word.place.quad, page, rotation)
    const span = document.createElement('span')
    span.dataset['word'] = String(at)
    // The space belongs to the word: between boxes with places of their own it would be dropped.
    span.textContent = word.text + (index.words[at + 1]?.start === word.end ? '' : ' ')
    span.style.cssText = `left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px;font-size:${box.height * 0.8}px`
    block.append(span)
  }
  return all
}
