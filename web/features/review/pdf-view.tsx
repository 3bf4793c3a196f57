import { Alert } from '@mantine/core'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { DocumentViewProps, Place } from './document-view.ts'
import { failureWords } from './file-failure.ts'
import { byPage } from './group-issues.ts'
import { LockedPages } from './locked-pages.tsx'
import { rectangleOf, sized, type Rotation } from './page-geometry.ts'
import { PdfPage } from './pdf-page.tsx'
import classes from './pdf-view.module.css'
import { livePages, usePageLayout, type Zoom } from './use-page-layout.ts'
import type { Painting } from './use-painter.ts'
import { usePicking } from './use-picking.ts'

const mostCanvases = 5

type Props = DocumentViewProps & { zoom: Zoom; painting: Painting }

/** The pages of a PDF below one another; only those in sight and their neighbours exist. */
export function PdfView(props: Props) {
  const { document, issues, colours, index, selected, scrollTo, pick, zoom } = props
  const scroller = useRef<HTMLDivElement>(null)
  const pages = useMemo(() => sized(document.pages), [document])
  const { boxes, height, scale, range, ready } = usePageLayout(scroller, pages, zoom)
  const { painter, failure, lock } = props.painting
  const { rotations, onRotation } = useRotations()
  const grouped = useMemo(() => byPage(issues), [issues])
  const picking = usePicking({ ...props, pages, rotations, issues: grouped })

  const goTo = useEffectEvent(({ page: number, quad }: Place) => {
    const [box, page] = [boxes[number - 1], pages[number - 1]]
    if (scroller.current === null || box === undefined || page === undefined) return
    const place = rectangleOf(quad, page, rotations.get(number) ?? 0)
    bringIntoSight(scroller.current, { x: place.x * scale, y: box.top + place.y * scale })
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
      aria-label={`Pages of ${document.name}`}
      data-first-page={range.first + 1}
      {...picking}
    >
      {lock !== null && <LockedPages lock={lock} />}
      {failure !== null && (
        <Alert color="orange" m="md" title="The pages have no pictures">
          {failureWords[failure]} The issues are complete, and the words of the pages are shown.
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
                issues={grouped.get(page.number) ?? none}
                colours={colours}
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

/** Scrolls only when the place is not well in sight. */
function bringIntoSight(element: HTMLElement, { x, y }: { x: number; y: number }): void {
  const { scrollTop, scrollLeft, clientHeight, clientWidth } = element
  const seen = y > scrollTop + 40 && y < scrollTop + clientHeight - 80
  const top = seen ? scrollTop : y - clientHeight / 3
  const left = x > scrollLeft && x < scrollLeft + clientWidth - 40 ? scrollLeft : x - 60
  element.scrollTo({ top, left })
}
