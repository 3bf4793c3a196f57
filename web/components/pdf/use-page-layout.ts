import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { boxAt, layOut, type PageBox, type SizedPage } from './page-geometry.ts'

/** `width`: as wide as the pane; otherwise percent of the size on paper. */
export type Zoom = 'width' | number

/** Indices of pages, both included. */
export type PageRange = { first: number; last: number }

const cssPixelsAPoint = 96 / 72
const margin = 16

/** CSS pixels a point. */
function scaleOf(zoom: Zoom, pages: SizedPage[], paneWidth: number): number {
  if (zoom !== 'width') return (zoom / 100) * cssPixelsAPoint
  const widest = Math.max(...pages.map(({ width }) => width))
  return Math.min(Math.max((paneWidth - 2 * margin) / widest, 0.3), 2.6)
}

/** Where the pages are and which of them are in sight; keeps the place when the scale changes. */
export function usePageLayout(
  scroller: RefObject<HTMLDivElement | null>,
  pages: SizedPage[],
  zoom: Zoom,
) {
  const [pane, setPane] = useState({ width: 0, height: 0 })
  const scale = scaleOf(zoom, pages, pane.width)
  const { boxes, height } = useMemo(() => layOut(pages, scale), [pages, scale])
  const [range, setRange] = useState<PageRange>({ first: 0, last: 0 })
  const anchor = useRef<Anchor>({ page: 0, share: 0, across: 0.5 })

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height: tall } = entry.contentRect
      setPane({ width: Math.round(width), height: Math.round(tall) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || pane.height === 0) return
    const { across } = anchor.current
    const top = placeOf(boxes, anchor.current) - pane.height / 2
    element.scrollTo({ top, left: across * element.scrollWidth - element.clientWidth / 2 })
    const look = (): void => {
      anchor.current = anchorAt(boxes, element)
      const seen = rangeIn(boxes, element.scrollTop, pane.height)
      setRange((known) => (known.first === seen.first && known.last === seen.last ? known : seen))
    }
    look()
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [scroller, boxes, pane.height])

  /** Scrolls, and keeps that place at once: a browser tells of a scroll no sooner than its next frame. */
  const moveTo = (to: { top: number; left: number }): void => {
    const element = scroller.current
    if (element === null) return
    element.scrollTo(to)
    anchor.current = anchorAt(boxes, element)
  }
  return { boxes, height, scale, range, ready: pane.height > 0, moveTo }
}

function rangeIn(boxes: PageBox[], top: number, tall: number): PageRange {
  return { first: boxAt(boxes, top), last: boxAt(boxes, top + tall) }
}

/** What is in the middle of the pane: a share of a page's height, and one of the column's width. */
type Anchor = { page: number; share: number; across: number }

function anchorAt(boxes: PageBox[], element: HTMLElement): Anchor {
  const middle = element.scrollTop + element.clientHeight / 2
  const page = boxAt(boxes, middle)
  const box = boxes[page]
  const share = box === undefined ? 0 : (middle - box.top) / box.height
  const across = (element.scrollLeft + element.clientWidth / 2) / element.scrollWidth
  return { page, share, across }
}

function placeOf(boxes: PageBox[], { page, share }: Anchor): number {
  const box = boxes[page]
  return box === undefined ? 0 : box.top + share * box.height
}

/** Pages that hold a canvas: those in sight, then their neighbours, never more than `most`. */
export function livePages({ first, last }: PageRange, count: number, most: number): PageRange {
  const seen = last - first + 1
  if (seen >= most) {
    const from = first + Math.floor((seen - most) / 2)
    return { first: from, last: from + most - 1 }
  }
  const spare = most - seen
  const before = Math.min(Math.floor(spare / 2), first)
  return { first: first - before, last: Math.min(last + spare - before, count - 1) }
}
