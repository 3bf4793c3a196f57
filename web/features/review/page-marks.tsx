import { memo } from 'react'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { rectangleOf, type Rectangle, type Rotation, type SizedPage } from './page-geometry.ts'
import classes from './pdf-view.module.css'
import type { Pick, WordIndex } from './word-index.ts'

export type Mark = { issue: string; colour: number; status: string; boxes: Rectangle[] }

/** The places of issues on one page, as shown, in points. */
export function marksOn(
  page: SizedPage,
  issues: ReviewedIssue[],
  { rotation, colours }: { rotation: Rotation; colours: Map<string, number> },
): Mark[] {
  return issues.map(({ issue, status }) => ({
    issue: issue.id,
    status,
    colour: colours.get(issue.agent) ?? 0,
    boxes: issue.location.quads
      .filter((place) => place.page === page.number)
      .map(({ quad }) => rectangleOf(quad, page, rotation)),
  }))
}

type Props = { page: SizedPage; marks: Mark[]; selected: string | null; picked: Rectangle[] }

/** Drawn in points and scaled by the browser. It takes no pointer: clicks are found by their place. */
export const PageMarks = memo(function PageMarks({ page, marks, selected, picked }: Props) {
  return (
    <svg
      className={classes.marks}
      viewBox={`0 0 ${page.width} ${page.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {marks.map(({ issue, colour, status, boxes }) =>
        boxes.map((box, at) => (
          <rect
            key={`${issue}-${at}`}
            className={classes.mark}
            data-colour={colour}
            data-status={status}
            data-selected={issue === selected || undefined}
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
