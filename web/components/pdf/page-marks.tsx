import { memo } from 'react'
import type { Quad } from '../../../src/schema/document.ts'
import { rectangleOf, type Rectangle, type Rotation, type SizedPage } from './page-geometry.ts'
import classes from './pdf-view.module.css'
import type { Pick, WordIndex } from './word-index.ts'

export type Place = { page: number; quad: Quad }

/** What is marked on pages: an issue, a label. */
export type PageMark = {
  id: string
  colour: number
  /** Of an issue; what is decided is paler. */
  status?: string
  places: readonly Place[]
}

/** One that goes over a page's end is in both. */
export function byPage(marks: readonly PageMark[]): Map<number, PageMark[]> {
  const groups = new Map<number, PageMark[]>()
  for (const mark of marks) {
    for (const page of new Set(mark.places.map((place) => place.page))) {
      const group = groups.get(page)
      if (group === undefined) groups.set(page, [mark])
      else group.push(mark)
    }
  }
  return groups
}

type PlacedMark = Omit<PageMark, 'places'> & { boxes: Rectangle[] }

/** Where they are on one page, as shown, in points. */
export function marksOn(page: SizedPage, marks: PageMark[], rotation: Rotation): PlacedMark[] {
  return marks.map(({ places, ...mark }) => ({
    ...mark,
    boxes: places
      .filter((place) => place.page === page.number)
      .map(({ quad }) => rectangleOf(quad, page, rotation)),
  }))
}

type Props = { page: SizedPage; marks: PlacedMark[]; selected: string | null; picked: Rectangle[] }

/** Drawn in points and scaled by the browser. It takes no pointer: clicks are found by their place. */
export const PageMarks = memo(function PageMarks({ page, marks, selected, picked }: Props) {
  return (
    <svg
      className={classes.marks}
      viewBox={`0 0 ${page.width} ${page.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {marks.map(({ id, colour, status, boxes }) =>
        boxes.map((box, at) => (
          <rect
            key={`${id}-${at}`}
            className={classes.mark}
            data-colour={colour}
            data-status={status}
            data-selected={id === selected || undefined}
            {...box}
          />
        )),
      )}
      {picked.map((box, at) => (
        <rect key={at} className={classes.picked} {...box} />
      ))}
    </svg>
  )
})

export function pickedOn(
  page: SizedPage,
  { words }: WordIndex,
  { pick, rotation }: { pick: Pick | null; rotation: Rotation },
): Rectangle[] {
  if (pick === null) return []
  return words
    .slice(pick.from, pick.to + 1)
    .flatMap(({ place }) =>
      place?.page === page.number ? [rectangleOf(place.quad, page, rotation)] : [],
    )
}
