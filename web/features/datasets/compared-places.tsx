import { Radio } from '@mantine/core'
import { useMemo } from 'react'
import type { ComparedPlace, LabelComparison } from '../../../src/schema/api/label-sets.ts'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import classes from './compared.module.css'
import { LabelWords } from './label-line.tsx'
import { placeOf } from './label-places.ts'
import { MarkedParagraph } from './marked-paragraph.tsx'
import type { Choices } from './settling.ts'
import { typeColours } from './type-colours.ts'

type Numbered = ComparedPlace & { number: number }

type Props = {
  name: string
  places: Numbered[]
  sets: LabelComparison['sets']
  paragraphs: DatasetParagraph[]
  choices: Choices
  /** `label`: which one of the place, null: none. Left out where nothing can be chosen. */
  onChoose?: (place: number, label: number | null) => void
}

/** Places of a text, each with what every person says of it in columns side by side. */
export function ComparedPlaces({ name, places, sets, paragraphs, choices, onChoose }: Props) {
  const colours = useMemo(() => typeColours(sets.flatMap(({ labels }) => labels)), [sets])
  if (places.length === 0) return null
  return (
    <ol className={classes.places} aria-label={name}>
      {places.map((place) => (
        <li key={place.number}>
          <Excerpt place={place} sets={sets} paragraphs={paragraphs} colours={colours} />
          <Answers
            place={place}
            sets={sets}
            chosen={choices.get(place.number)}
            onChoose={onChoose && ((label) => onChoose(place.number, label))}
          />
        </li>
      ))}
    </ol>
  )
}

type Sets = LabelComparison['sets']

function labelOf(sets: Sets, one: ComparedPlace['labels'][number]): LabelledIssue | undefined {
  return sets.find(({ person }) => person.id === one.person)?.labels[one.number]
}

type ExcerptProps = Pick<Props, 'sets' | 'paragraphs'> & {
  place: Numbered
  colours: Map<string, number>
}

function Excerpt({ place, sets, paragraphs, colours }: ExcerptProps) {
  const marked = place.labels.flatMap((one, number) => {
    const label = labelOf(sets, one)
    return label === undefined ? [] : [{ number, label, place: placeOf(label, paragraphs) }]
  })
  const at = marked.find((one) => one.place !== null)?.place?.paragraph
  const text = paragraphs.find(({ index }) => index === at)?.text
  if (at === undefined || text === undefined) return null
  const own = marked.filter((one) => one.place?.paragraph === at)
  return (
    <blockquote dir="auto" className={classes.excerpt}>
      <MarkedParagraph text={text} marked={own} colours={colours} excerpt />
    </blockquote>
  )
}

type AnswersProps = {
  place: Numbered
  sets: Sets
  chosen: number | null | undefined
  onChoose?: (label: number | null) => void
}

/** A choice by radio buttons: arrow keys go from one to the next. */
function Answers({ place, sets, chosen, onChoose }: AnswersProps) {
  const [first] = place.labels
  const words = first === undefined ? '' : (labelOf(sets, first)?.text ?? '')
  const group = `place-${place.number}`
  return (
    <fieldset className={classes.answers}>
      <legend className={classes.legend}>“{words}”</legend>
      {sets.map(({ person, labels }) => {
        const at = place.labels.findIndex((one) => one.person === person.id)
        const label = labels[place.labels[at]?.number ?? -1]
        const answer = label === undefined ? <i>no label</i> : <LabelWords label={label} />
        return (
          <div key={person.id} className={classes.answer}>
            <b className={classes.person}>{person.name}</b>
            {onChoose === undefined || label === undefined ? (
              <span>{answer}</span>
            ) : (
              <Radio
                size="xs"
                name={group}
                label={answer}
                checked={chosen === at}
                onChange={() => onChoose(at)}
              />
            )}
          </div>
        )
      })}
      {onChoose !== undefined && (
        <div className={classes.answer}>
          <Radio
            size="xs"
            name={group}
            label="None of them"
            checked={chosen === null}
            onChange={() => onChoose(null)}
          />
        </div>
      )}
    </fieldset>
  )
}
