import { useMemo, useState, type ReactNode } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { readSelection } from '../../components/read-selection.ts'
import classes from './datasets.module.css'
import { LabelWords } from './label-line.tsx'
import { placeOf, type Place } from './label-places.ts'
import { MarkedParagraph, type Marked } from './marked-paragraph.tsx'
import { typeColours } from './type-colours.ts'

type Props = {
  paragraphs: DatasetParagraph[]
  labels: LabelledIssue[]
  /** Words that are about to be labelled. */
  picked?: Place | null
  onPick?: (place: Place) => void
  /** Above the list of labels. */
  above?: ReactNode
  /** What can be done with a label. */
  actions?: (label: LabelledIssue, number: number) => ReactNode
}

/** The same each time, so that a paragraph without labels stays as it is. */
const noMarks: Marked[] = []

/** A text with its labels marked, beside the list of them. */
export function LabelledExample(props: Props) {
  const { paragraphs, labels, picked = null, onPick, above, actions } = props
  const [selected, setSelected] = useState<number | null>(null)
  const colours = useMemo(() => typeColours(labels), [labels])
  const marked = useMemo(
    () => labels.map((label, number) => ({ label, number, place: placeOf(label, paragraphs) })),
    [labels, paragraphs],
  )
  const inParagraph = useMemo(() => Map.groupBy(marked, ({ place }) => place?.paragraph), [marked])
  const show = (number: number): void => {
    setSelected(number)
    const paragraph = marked[number]?.place?.paragraph
    document.querySelector(`[data-paragraph="${paragraph}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const pick = (): void => {
    const place = readSelection()
    if (place === null) return
    document.getSelection()?.removeAllRanges()
    onPick?.(trimmed(place, paragraphs))
  }
  return (
    <div className={classes.columns}>
      <article
        className={classes.text}
        aria-label="Text"
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
              onSelect={setSelected}
            />
          </p>
        ))}
      </article>
      <aside className={classes.side} aria-label="Labels">
        {above}
        <h2>{count(labels.length, 'label')}</h2>
        <ol className={classes.labels}>
          {marked.map((one) => (
            <LabelItem
              key={one.number}
              marked={one}
              colour={colours.get(one.label.type) ?? 0}
              isSelected={one.number === selected}
              onShow={() => show(one.number)}
            >
              {actions?.(one.label, one.number)}
            </LabelItem>
          ))}
        </ol>
      </aside>
    </div>
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

type ItemProps = {
  marked: Marked
  colour: number
  isSelected: boolean
  onShow: () => void
  children: ReactNode
}

function LabelItem({ marked: { label, place }, colour, isSelected, onShow, children }: ItemProps) {
  return (
    <li className={classes.label} data-colour={colour} data-selected={isSelected || undefined}>
      <div>
        <LabelWords label={label} isNowhere={place === null} />
      </div>
      <div className={classes.labelActions}>
        {place !== null && (
          <button type="button" className={classes.place} onClick={onShow}>
            Paragraph {place.paragraph + 1}
          </button>
        )}
        {children}
      </div>
    </li>
  )
}
