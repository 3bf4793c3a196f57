import { useMemo, useState } from 'react'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { addressOf } from '../../api.ts'
import { PdfView } from '../../components/pdf/pdf-view.tsx'
import type { Zoom } from '../../components/pdf/use-page-layout.ts'
import { usePainter } from '../../components/pdf/use-painter.ts'
import { pickOf, type Pick, type WordIndex } from '../../components/pdf/word-index.ts'
import { ZoomControl } from '../../components/pdf/zoom-control.tsx'
import classes from './datasets.module.css'
import { placesOnPages } from './label-index.ts'
import type { Place } from './label-places.ts'
import type { Marked } from './marked-paragraph.tsx'
import { placeOfPick } from './use-word-choice.ts'

type Props = {
  document: DocumentText
  index: WordIndex
  marked: Marked[]
  colours: Map<string, number>
  selected: number | null
  /** Words that are about to be labelled. */
  picked: Place | null
  /** A new object scrolls there again. */
  shown: { place: Place } | null
  zoom: Zoom
  onZoom: (zoom: Zoom) => void
  onSelect: (number: number) => void
  onPick?: (place: Place) => void
}

/** The pages of an example's PDF with its labels marked on them. */
export function LabelledPages(props: Props) {
  const { document, index, marked, colours, selected, picked, shown, zoom, onPick } = props
  const painting = usePainter(addressOf.file(document.sha256))
  const [dragged, setDragged] = useState<Pick | null>(null)
  const marks = useMemo(
    () =>
      marked.map(({ number, label, place }) => ({
        id: String(number),
        colour: colours.get(label.type) ?? 0,
        status: label.ignore === true ? 'ignored' : 'open',
        places: place === null ? [] : placesOnPages(index, place),
      })),
    [marked, colours, index],
  )
  const scrollTo = useMemo(
    () => (shown === null ? null : { place: placesOnPages(index, shown.place)[0] ?? null }),
    [shown, index],
  )
  const take = (pick: Pick): void => {
    const place = placeOfPick(index, pick)
    setDragged(null)
    if (place !== null) onPick?.(place)
  }
  const asked = picked === null ? null : pickOf(index, picked.paragraph, picked)
  return (
    <div className={classes.pages}>
      <PdfView
        name={document.name}
        pages={document.pages}
        marks={marks}
        index={index}
        selected={selected === null ? null : String(selected)}
        scrollTo={scrollTo}
        pick={dragged ?? asked}
        zoom={zoom}
        painting={painting}
        onSelect={(id) => props.onSelect(Number(id))}
        onPick={onPick === undefined ? nothing : setDragged}
        onPicked={take}
      />
      <ZoomControl zoom={zoom} onZoom={props.onZoom} />
    </div>
  )
}

const nothing = (): void => {}
