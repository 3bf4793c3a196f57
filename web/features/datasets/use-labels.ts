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
}

/** Labels as they are being changed; nothing is kept before they are saved. */
export function useLabels(before: LabelledIssue[]) {
  const [labels, setLabels] = useState(before)
  const [editing, setEditing] = useState<Editing>({ number: null, place: null, round: 0 })
  const begin = (number: number | null = null, place: Place | null = null): void =>
    setEditing({ number, place, round: editing.round + 1 })
  const change = (next: LabelledIssue[]): void => {
    setLabels(next)
    begin()
  }
  return {
    labels,
    editing,
    isChanged: JSON.stringify(labels) !== JSON.stringify(before),
    pick: (place: Place | null) => setEditing({ ...editing, place }),
    edit: begin,
    cancel: () => begin(),
    put: (label: LabelledIssue) => {
      const { number } = editing
      change(number === null ? [...labels, label] : labels.with(number, label))
    },
    remove: (number: number) => change(labels.toSpliced(number, 1)),
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
