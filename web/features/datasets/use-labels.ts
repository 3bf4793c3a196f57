import { useState } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { Place } from './label-places.ts'

/** What the form is for: words that get a label, or a label that is changed. */
type Editing = {
  /** Of the label; null: a new one. */
  number: number | null
  place: Place | null
  /** Each time the form begins anew. */
  round: number
  /** Whether it then takes the keyboard. */
  takesKeyboard: boolean
}

/** A form that nobody has used yet leaves the keyboard where it is. */
const atFirst: Editing = { number: null, place: null, round: 0, takesKeyboard: false }

/** Labels as they are being changed; nothing is kept before they are saved. */
export function useLabels(before: LabelledIssue[]) {
  const [labels, setLabels] = useState(before)
  const [editing, setEditing] = useState<Editing>(atFirst)
  const begin = (also: Partial<Editing> = {}): void =>
    setEditing({ ...atFirst, takesKeyboard: true, round: editing.round + 1, ...also })
  const change = (next: LabelledIssue[], also?: Partial<Editing>): void => {
    setLabels(next)
    begin(also)
  }
  return {
    labels,
    editing,
    isChanged: JSON.stringify(labels) !== JSON.stringify(before),
    pick: (place: Place | null) => setEditing({ ...editing, place }),
    edit: (number: number, place: Place | null) => begin({ number, place }),
    cancel: () => begin(),
    put: (label: LabelledIssue) => {
      const { number } = editing
      change(number === null ? [...labels, label] : labels.with(number, label))
    },
    /** @param also whether the form takes the keyboard, which was where the label is no more */
    remove: (number: number, also = { takesKeyboard: true }) =>
      change(labels.toSpliced(number, 1), also),
    ignore: (number: number, ignore: boolean) =>
      setLabels(labels.map((label, at) => (at === number ? ignored(label, ignore) : label))),
    reset: () => change(before),
  }
}

/** A label that counts says nothing of it. */
export function ignored(label: LabelledIssue, ignore: boolean): LabelledIssue {
  const { ignore: _before, ...rest } = label
  return ignore ? { ...rest, ignore } : rest
}
