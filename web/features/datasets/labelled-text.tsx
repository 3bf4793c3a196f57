import { useMemo } from 'react'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { readSelection } from '../../components/read-selection.ts'
import classes from './datasets.module.css'
import type { Place } from './label-places.ts'
import { MarkedParagraph, type Marked } from './marked-paragraph.tsx'

/** The same each time, so that a paragraph without labels stays as it is. */
const noMarks: Marked[] = []

type Props = {
  paragraphs: DatasetParagraph[]
  marked: Marked[]
  colours: Map<string, number>
  selected: number | null
  /** Words that are about to be labelled. */
  picked: Place | null
  onSelect: (number: number) => void
  onPick?: (place: Place) => void
}

/** A text with its labels marked. */
export function LabelledText(props: Props) {
  const { paragraphs, marked, colours, selected, picked, onSelect, onPick } = props
  const inParagraph = useMemo(() => Map.groupBy(marked, ({ place }) => place?.paragraph), [marked])
  const pick = (): void => {
    const place = readSelection()
    if (place === null) return
    document.getSelection()?.removeAllRanges()
    onPick?.(trimmed(place, paragraphs))
  }
  return (
    <article
      className={classes.text}
      aria-label="Text"
      tabIndex={-1}
      onPointerUp={onPick === undefined ? undefined : pick}
    >
      {paragraphs.map(({ index, text }) => (
        <p key={index} dir="auto" data-paragraph={index}>
          <MarkedParagraph
            text={text}
            marked={inParagraph.get(index) ?? noMarks}
            colours={colours}
            picked={picked?.paragraph === index ? picked : null}
            selected={selected}
            onSelect={onSelect}
          />
        </p>
      ))}
    </article>
  )
}

/** People drag over the space beside a word, too. */
function trimmed(place: Place, paragraphs: readonly DatasetParagraph[]): Place {
  const { paragraph, start, end } = place
  const words = paragraphs.find(({ index }) => index === paragraph)?.text.slice(start, end) ?? ''
  const before = words.length - words.trimStart().length
  const after = words.length - words.trimEnd().length
  if (before + after >= words.length) return place
  return { paragraph, start: start + before, end: end - after }
}
