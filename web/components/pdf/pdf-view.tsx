import { Alert } from '@mantine/core'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { failureWords } from './file-failure.ts'
import { LockedPages } from './locked-pages.tsx'
import type { Page } from '../../../src/schema/document.ts'
import { byPage, type PageMark, type Place } from './page-marks.tsx'
import { rectangleOf, sized, type Rotation } from './page-geometry.ts'
import { PdfPage } from './pdf-page.tsx'
import classes from './pdf-view.module.css'
import { livePages, usePageLayout, type Zoom } from './use-page-layout.ts'
import type { Painting } from './use-painter.ts'
import { usePicking } from './use-picking.ts'
import type { Pick, WordIndex } from './word-index.ts'

const mostCanvases = 5

type Props = {
  /** Of the file. */
  name: string
  pages: Page[]
  /** What is marked on them; a click selects it. */
  marks: PageMark[]
  /** Words that can be picked. */
  index: WordIndex
  selected: string | null
  /** A new object scrolls there again. */
  scrollTo: { place: Place | null } | null
  pick: Pick | null
  zoom: Zoom
  painting: Painting
  onSelect: (id: string) => void
  /** While somebody drags over words; null: they clicked somewhere. */
  onPick: (pick: Pick | null) => void
  /** When they let go. */
  onPicked?: (pick: Pick) => void
}

/** The pages of a PDF below one another; only those in sight and their neighbours exist. */
export function PdfView(props: Props) {
  const { name, marks, index, selected, scrollTo, pick, zoom } = props
  const scroller = useRef<HTMLDivElement>(null)
  const pages = useMemo(() => sized(props.pages), [props.pages])
  const { boxes, height, scale, range, ready, moveTo } = usePageLayout(scroller, pages, zoom)
  const { painter, failure, lock } = props.painting
  const { rotations, onRotation } = useRotations()
  const grouped = useMemo(() => byPage(marks), [marks])
  const picking = usePicking({ ...props, pages, rotations, marks: grouped })

  const goTo = useEffectEvent(({ page: number, quad }: Place) => {
    const [box, page] = [boxes[number - 1], pages[number - 1]]
    if (scroller.current === null || box === undefined || page === undefined) return
    const place = rectangleOf(quad, page, rotations.get(number) ?? 0)
    moveTo(inSightOf(scroller.current, { x: place.x * scale, y: box.top + place.y * scale }))
  })
  useEffect(() => {
    if (ready && scrollTo !== null && scrollTo.place !== null) goTo(scrollTo.place)
  }, [scrollTo, ready])

  const live = livePages(range, pages.length, mostCanvases)
  const shown = pages.slice(Math.max(range.first - 1, 0), range.last + 2)
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={`Pages of ${name}`}
      data-first-page={range.first + 1}
      {...picking}
    >
      {lock !== null && <LockedPages lock={lock} />}
      {failure !== null && (
        <Alert color="orange" m="md" title="The pages have no pictures">
          {failureWords[failure]} Nothing else is missing, and the words of the pages are shown.
        </Alert>
      )}
      <div className={classes.column} style={{ height, minWidth: (boxes[0]?.width ?? 0) + 16 }}>
        {ready &&
          shown.map((page) => {
            const at = page.number - 1
            const box = boxes[at]
            if (box === undefined) return null
            return (
              <PdfPage
                key={page.number}
                page={page}
                box={box}
                scale={scale}
                rotation={rotations.get(page.number) ?? 0}
                painter={at >= live.first && at <= live.last ? painter : null}
                scroller={scroller}
                marks={grouped.get(page.number) ?? none}
                index={index}
                selected={selected}
                pick={pick}
                onRotation={onRotation}
                isPlain={failure !== null}
              />
            )
          })}
      </div>
    </div>
  )
}

const none: never[] = []

/** A page's rotation is known when it was painted first; few have one. */
function useRotations() {
  const [rotations, setRotations] = useState<Map<number, Rotation>>(() => new Map())
  const onRotation = useCallback((page: number, rotation: Rotation) => {
    setRotations((known) =>
      (known.get(page) ?? 0) === rotation ? known : new Map(known).set(page, rotation),
    )
  }, [])
  return { rotations, onRotation }
}

/** Where to scroll to; where it is when the place is well in sight already. */
function inSightOf(element: HTMLElement, { x, y }: { x: number; y: number }) {
  const { scrollTop, scrollLeft, clientHeight, clientWidth } = element
  const seen = y > scrollTop + 40 && y < scrollTop + clientHeight - 80
  return {
    top: seen ? scrollTop : y - clientHeight / 3,
    left: x > scrollLeft && x < scrollLeft + clientWidth - 40 ? scrollLeft : x - 60,
  }
}
