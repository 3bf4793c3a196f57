import type { Page, Quad } from '../../../src/schema/document.ts'

/** A page's place in the scrolled column, in CSS pixels. */
export type PageBox = { number: number; top: number; width: number; height: number }

export type SizedPage = Page & { width: number; height: number }

/** Clockwise, as the page's own /Rotate entry says. */
export type Rotation = 0 | 90 | 180 | 270

export type Point = { x: number; y: number }

export const gap = 12

/** Pages below one another; `scale` in CSS pixels a point. */
export function layOut(pages: SizedPage[], scale: number): { boxes: PageBox[]; height: number } {
  let top = gap
  const boxes = pages.map(({ number, width, height }) => {
    const box = { number, top, width: width * scale, height: height * scale }
    top += box.height + gap
    return box
  })
  return { boxes, height: top }
}

/** Pages without a size (they could not be read) get that of a sheet of Letter paper. */
export function sized(pages: Page[]): SizedPage[] {
  return pages.map((page) => ({ ...page, width: page.width ?? 612, height: page.height ?? 792 }))
}

/** Index of the box that is at `y`, or of the next one below; the last one beyond the end. */
export function boxAt(boxes: PageBox[], y: number): number {
  let low = 0
  let high = boxes.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    const box = boxes[middle]
    if (box !== undefined && box.top + box.height < y) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * From a PDF's own space (origin bottom left, before the page is turned) to the page as it is shown
 * (origin top left); both in points.
 */
function toShown({ x, y }: Point, page: SizedPage, rotation: Rotation): Point {
  switch (rotation) {
    case 0:
      return { x, y: page.height - y }
    case 90:
      return { x: y, y: x }
    case 180:
      return { x: page.width - x, y }
    case 270:
      return { x: page.width - y, y: page.height - x }
  }
}

/** Left, top, width and height of a quad on the page as it is shown, in points. */
export type Rectangle = { x: number; y: number; width: number; height: number }

export function rectangleOf(quad: Quad, page: SizedPage, rotation: Rotation): Rectangle {
  const corners = [0, 2, 4, 6].map((at) =>
    toShown({ x: quad[at] ?? 0, y: quad[at + 1] ?? 0 }, page, rotation),
  )
  const xs = corners.map(({ x }) => x)
  const ys = corners.map(({ y }) => y)
  const x = Math.min(...xs)
  const y = Math.min(...ys)
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Squared distance of a point to a rectangle; 0 inside. Lines count three times what columns do. */
export function distanceTo(point: Point, { x, y, width, height }: Rectangle): number {
  const dx = Math.max(x - point.x, 0, point.x - x - width)
  const dy = Math.max(y - point.y, 0, point.y - y - height)
  return dx * dx + 9 * dy * dy
}
