import { Button, Checkbox, Group } from '@mantine/core'
import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { focusAtOnce, WordsField } from '../../components/words-field.tsx'
import classes from './datasets.module.css'
import { placesOf, wordsAt, type Place } from './label-places.ts'
import { ignored } from './use-labels.ts'

type Props = {
  /** Null: a new one. */
  label: LabelledIssue | null
  place: Place | null
  paragraphs: DatasetParagraph[]
  types: string[]
  /** Whether it takes the keyboard when it begins. */
  takesKeyboard: boolean
  onPlace: (place: Place | null) => void
  onDone: (label: LabelledIssue) => void
  onCancel: () => void
}

/** Words, what kind of issue they are, why, and what would be right. */
export function LabelForm(props: Props) {
  const { label, place, paragraphs, types, takesKeyboard, onPlace, onDone, onCancel } = props
  const [type, setType] = useState(label?.type ?? '')
  const [explanation, setExplanation] = useState(label?.explanation ?? '')
  const [fix, setFix] = useState(label?.suggestedFix ?? '')
  const [ignore, setIgnore] = useState(label?.ignore === true)
  const words = useWords(props)
  const typeField = useRef<HTMLInputElement>(null)
  const list = useId()
  const isOpen = label !== null || words.text !== ''
  const keepsPlace = label !== null && place === null && words.text === label.text
  const complete = type.trim() !== '' && (place !== null || keepsPlace)
  useEffect(() => {
    // Words that were picked in the text are told next what they are; who types them goes on typing.
    if (place !== null && !words.isTyped) typeField.current?.focus()
  }, [place, words.isTyped])
  const send = (event: FormEvent): void => {
    event.preventDefault()
    if (!complete) return
    const fields = { type: type.trim(), explanation: explanation.trim(), fix: fix.trim() }
    onDone(ignored(labelOf({ label, place, paragraphs, ...fields }), ignore))
  }
  return (
    <form
      className={classes.form}
      aria-label={label === null ? 'Label words' : 'Change a label'}
      onSubmit={send}
    >
      <TextField
        ref={takesKeyboard ? focusAtOnce : undefined}
        label="Words"
        value={words.text}
        onChange={(typed) => words.type(typed)}
        description={words.hint ?? undefined}
      />
      {words.places.length > 1 && (
        <SelectField
          label={`Which of ${count(words.places.length, 'place')}`}
          value={keyOf(place)}
          onChange={(key) => onPlace(words.places.find((one) => keyOf(one) === key) ?? null)}
          data={[
            ...(place === null ? [{ value: '', label: 'choose' }] : []),
            ...words.places.map((one) => ({
              value: keyOf(one),
              label: inContext(one, paragraphs),
            })),
          ]}
        />
      )}
      {isOpen && (
        <>
          <TextField
            ref={typeField}
            label="Type"
            list={list}
            maxLength={200}
            required
            withAsterisk={false}
            value={type}
            onChange={setType}
          />
          <datalist id={list}>
            {types.map((known) => (
              <option key={known} value={known} />
            ))}
          </datalist>
          <WordsField
            size="xs"
            mt={0}
            label="What is wrong? (optional)"
            value={explanation}
            onChange={setExplanation}
          />
          <WordsField size="xs" mt={0} label="Fix (optional)" value={fix} onChange={setFix} />
          <Checkbox
            size="xs"
            label="Ignore: it is debatable, finding it counts neither way"
            checked={ignore}
            onChange={({ currentTarget }) => setIgnore(currentTarget.checked)}
          />
          <Group gap="xs">
            <Button type="submit" size="compact-sm" disabled={!complete}>
              {label === null ? 'Add the label' : 'Change the label'}
            </Button>
            <Button size="compact-sm" variant="default" onClick={onCancel}>
              Cancel
            </Button>
          </Group>
        </>
      )}
    </form>
  )
}

/** The words of the place that was picked, or those that are typed until they have a place. */
function useWords({ label, place, paragraphs, onPlace }: Props) {
  const [typed, setTyped] = useState<string | null>(null)
  const picked = place === null ? null : wordsAt(place, paragraphs)
  const isTyped = typed !== null && (picked === null || picked === typed)
  const text = isTyped ? typed : (picked ?? label?.text ?? '')
  const places = placesOf(text, paragraphs)
  return {
    text,
    isTyped,
    places,
    hint: text !== '' && typed === text && places.length === 0 ? 'Not in the text.' : null,
    type(words: string) {
      setTyped(words)
      const found = placesOf(words, paragraphs)
      onPlace(found.length === 1 ? (found[0] ?? null) : null)
    },
  }
}

type Fields = Pick<Props, 'label' | 'place' | 'paragraphs'> & {
  type: string
  explanation: string
  fix: string
}

/** What was there and is not told anew stays. */
function labelOf({ label, place, paragraphs, type, explanation, fix }: Fields): LabelledIssue {
  const before: LabelledIssue = label ?? { type, text: '', location: {} }
  const page = paragraphs.find(({ index }) => index === place?.paragraph)?.page
  return {
    ...before,
    type,
    explanation: explanation === '' ? null : explanation,
    suggestedFix: fix === '' ? null : fix,
    ...(place !== null && {
      text: wordsAt(place, paragraphs),
      location: { ...place, ...(page !== undefined && { page }) },
    }),
  }
}

function keyOf(place: Place | null): string {
  return place === null ? '' : `${place.paragraph} ${place.start}`
}

const around = 24

function inContext({ paragraph, start, end }: Place, paragraphs: readonly DatasetParagraph[]) {
  const text = paragraphs.find(({ index }) => index === paragraph)?.text ?? ''
  const before = text.slice(Math.max(0, start - around), start)
  return `${paragraph + 1}: …${before}${text.slice(start, end + around)}…`
}
