import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { LabelForm } from './label-form.tsx'
import { placeOf } from './label-places.ts'
import { LabelledExample } from './labelled-example.tsx'
import type { useLabels } from './use-labels.ts'

type Props = {
  dataset: string
  paragraphs: DatasetParagraph[]
  /** Of the PDF that it was read from; null: there is none, undefined: nobody knows yet. */
  pages: DocumentText | null | undefined
  work: ReturnType<typeof useLabels>
  /** Between the form and the list: what becomes of the labels. */
  children: ReactNode
}

/** A text beside its labels, which are added, changed and removed. */
export function LabelEditor({ dataset, paragraphs, pages, work, children }: Props) {
  const { editing, labels } = work
  const types = useTypes(dataset)
  const edit = (number: number): void => {
    const label = labels[number]
    if (label !== undefined) work.edit(number, placeOf(label, paragraphs))
  }
  const chosen = editing.number === null ? null : (labels[editing.number] ?? null)
  return (
    <LabelledExample
      paragraphs={paragraphs}
      labels={labels}
      pages={pages}
      onLetter={(key, number) => {
        if (key === 'e') edit(number)
        else if (key === 'i') work.ignore(number, labels[number]?.ignore !== true)
        else if (key === 'x') work.remove(number, { takesKeyboard: false })
        else return false
        return true
      }}
      picked={editing.place}
      onPick={work.pick}
      above={
        <>
          <LabelForm
            key={editing.round}
            takesKeyboard={editing.takesKeyboard}
            label={chosen}
            place={editing.place}
            paragraphs={paragraphs}
            types={[...new Set([...types, ...labels.map(({ type }) => type)])]}
            onPlace={work.pick}
            onDone={work.put}
            onCancel={work.cancel}
          />
          {children}
        </>
      }
      actions={(label, number) => (
        <>
          <Checkbox
            size="xs"
            label="Ignore"
            aria-label={`Ignore ${nameOf(label)}`}
            title="Debatable: finding it counts neither way"
            checked={label.ignore === true}
            onChange={({ currentTarget }) => work.ignore(number, currentTarget.checked)}
          />
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Edit ${nameOf(label)}`}
            onClick={() => edit(number)}
          >
            Edit
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Remove ${nameOf(label)}`}
            onClick={() => work.remove(number)}
          >
            Remove
          </Button>
        </>
      )}
    />
  )
}

function nameOf({ type, text }: LabelledIssue): string {
  return `${type} “${text}”`
}

/** Those that the dataset has. */
function useTypes(dataset: string): string[] {
  const { data } = useQuery(
    api.datasets.version.queryOptions({ input: { dataset, version: 'newest' } }),
  )
  return data?.splits.flatMap(({ types }) => types.map(({ type }) => type)) ?? []
}
