import { memo, useMemo, useState, type RefObject } from 'react'
import type { Painter } from './create-painter.ts'
import { PageCanvas } from './page-canvas.tsx'
import { marksOn, type PageMark, PageMarks, pickedOn } from './page-marks.tsx'
import type { PageBox, Rotation, SizedPage } from './page-geometry.ts'
import classes from './pdf-view.module.css'
import { TextLayer } from './text-layer.tsx'
import type { Pick, WordIndex } from './word-index.ts'

type Props = {
  page: SizedPage
  box: PageBox
  scale: number
  rotation: Rotation
  /** Null: this page holds no canvas now. */
  painter: Painter | null
  scroller: RefObject<HTMLDivElement | null>
  marks: PageMark[]
  index: WordIndex
  selected: string | null
  pick: Pick | null
  onRotation: (page: number, rotation: Rotation) => void
  /** The file as a whole cannot be painted: words take the place of pictures. */
  isPlain: boolean
}

export const PdfPage = memo(function PdfPage(props: Props) {
  const { page, box, scale, rotation, painter, scroller, marks, index, pick } = props
  const placed = useMemo(() => marksOn(page, marks, rotation), [page, marks, rotation])
  const picked = useMemo(
    () => pickedOn(page, index, { pick, rotation }),
    [page, index, pick, rotation],
  )
  const [isFailed, setFailed] = useState(false)
  const isPlain = props.isPlain || isFailed
  return (
    <section
      className={classes.page}
      data-page={page.number}
      data-plain={isPlain || undefined}
      aria-label={`Page ${page.number}`}
      style={{ top: box.top, width: box.width, height: box.height }}
    >
      {painter !== null && !isPlain && (
        <PageCanvas
          painter={painter}
          box={box}
          scale={scale}
          scroller={scroller}
          onRotation={props.onRotation}
          onFailed={() => setFailed(true)}
        />
      )}
      {isFailed && (
        <p className={classes.unpainted} role="status">
          This page is damaged and has no picture. Its words are shown as far as they could be read.
        </p>
      )}
      <TextLayer page={page} rotation={rotation} index={index} scale={scale} />
      <PageMarks page={page} marks={placed} selected={props.selected} picked={picked} />
    </section>
  )
})
