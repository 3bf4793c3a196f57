import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { api } from '../../api.ts'
import { LabelForm } from './label-form.tsx'
import { placeOf } from './label-places.ts'
import { LabelledExample } from './labelled-example.tsx'
import type { useLabels } from './use-labels.ts'

type Props = {
  dataset: string
  paragraphs: DatasetParagraph[]
  work: ReturnType<typeof useLabels>
  /** Between the form and the list: what becomes of the labels. */
  children: ReactNode
}

/** A text beside its labels, which are added, changed and removed. */
export function LabelEditor({ dataset, paragraphs, work, children }: Props) {
  const { editing, labels } = work
  const types = useTypes(dataset)
  const chosen = editing.number === null ? null : (labels[editing.number] ?? null)
  return (
    <LabelledExample
      paragraphs={paragraphs}
      labels={labels}
      picked={editing.place}
      onPick={work.pick}
      above={
        <>
          <LabelForm
            key={editing.round}
            isFirst={editing.round === 0}
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
            onClick={() => work.edit(number, placeOf(label, paragraphs))}
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
