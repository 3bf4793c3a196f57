import { useRef, type MouseEvent, type PointerEvent } from 'react'
import {
  distanceTo,
  rectangleOf,
  type Point,
  type Rotation,
  type SizedPage,
} from './page-geometry.ts'
import type { PageMark } from './page-marks.tsx'
import { pickTo, type Pick, type WordIndex } from './word-index.ts'

type Options = {
  pages: SizedPage[]
  rotations: Map<number, Rotation>
  index: WordIndex
  marks: Map<number, PageMark[]>
  selected: string | null
  onSelect: (id: string) => void
  onPick: (pick: Pick | null) => void
  onPicked?: (pick: Pick) => void
}

/** From the word where it began; `pick` is null while it stays there. */
type Drag = { anchor: number; pick: Pick | null; spot: Spot }

type Spot = { page: SizedPage; rotation: Rotation; point: Point }

/**
 * A click selects what is marked at its place; a drag picks whole words. The browser's own selection goes
 * wrong between boxes that lie side by side (a drag of one line can take half a page), so the words
 * are found by their places, and the browser is told what is selected.
 */
export function usePicking(options: Options) {
  const drag = useRef<Drag | null>(null)

  const spotOf = (event: PointerEvent): Spot | null => {
    const element = (event.target as Element).closest<HTMLElement>('[data-page]')
    const page = options.pages[Number(element?.dataset['page']) - 1]
    if (element === null || page === undefined) return null
    const area = element.getBoundingClientRect()
    const scale = page.width / area.width
    const point = { x: (event.clientX - area.left) * scale, y: (event.clientY - area.top) * scale }
    return { page, rotation: options.rotations.get(page.number) ?? 0, point }
  }

  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || event.pointerType === 'touch') return
      const spot = spotOf(event)
      const anchor = spot === null ? null : wordAt(options.index, spot)
      if (spot === null || anchor === null) return
      drag.current = { anchor, pick: null, spot }
    },
    /** Comes after the pointer went down; without this the browser would select on its own, too. */
    onMouseDown(event: MouseEvent<HTMLElement>) {
      if (drag.current === null) return
      event.preventDefault()
      event.currentTarget.focus({ preventScroll: true })
      document.getSelection()?.removeAllRanges()
    },
    onPointerMove(event: PointerEvent) {
      const { current } = drag
      if (current === null || event.buttons === 0) return
      const spot = spotOf(event)
      const focus = spot === null ? null : wordAt(options.index, spot)
      const stays = current.pick === null && spot !== null && isNear(spot, current.spot)
      if (focus === null || stays) return
      const pick = pickTo(options.index, current.anchor, focus)
      current.pick = pick
      options.onPick(pick)
      selectWords(pick)
    },
    onPointerUp(event: PointerEvent) {
      const { current } = drag
      drag.current = null
      if (current != null && current.pick !== null) return options.onPicked?.(current.pick)
      if (event.button !== 0) return
      const spot = spotOf(event)
      if (spot === null) return
      options.onPick(null)
      const found = marksAt(options.marks.get(spot.page.number) ?? [], spot)
      const next = found[(found.indexOf(options.selected ?? '') + 1) % found.length]
      if (next !== undefined) options.onSelect(next)
    },
  }
}

function isNear(a: Spot, b: Spot): boolean {
  return a.page === b.page && Math.hypot(a.point.x - b.point.x, a.point.y - b.point.y) < 3
}

/** Ids of what is marked at a place, the smallest first, so that none hides another. */
function marksAt(marks: PageMark[], { page, rotation, point }: Spot): string[] {
  return marks
    .flatMap(({ id, places }) => {
      const boxes = places
        .filter((place) => place.page === page.number)
        .map(({ quad }) => rectangleOf(quad, page, rotation))
      if (boxes.every((box) => distanceTo(point, box) > 4)) return []
      return [{ id, area: boxes.reduce((all, box) => all + box.width * box.height, 0) }]
    })
    .toSorted((a, b) => a.area - b.area)
    .map(({ id }) => id)
}

/** The word nearest to a place on a page; null on a page without words. */
function wordAt({ words, onPage }: WordIndex, { page, rotation, point }: Spot): number | null {
  let nearest: number | null = null
  let least = Infinity
  for (const at of onPage.get(page.number) ?? []) {
    const quad = words[at]?.place?.quad
    if (quad === undefined) continue
    const distance = distanceTo(point, rectangleOf(quad, page, rotation))
    if (distance < least) [nearest, least] = [at, distance]
  }
  return nearest
}

/** Makes the words the browser's selection, for copying. */
function selectWords({ from, to }: Pick): void {
  const [first, last] = [from, to].map((at) => document.querySelector(`[data-word="${at}"]`))
  if (first == null || last == null) return
  document.getSelection()?.setBaseAndExtent(first, 0, last, last.childNodes.length)
}
