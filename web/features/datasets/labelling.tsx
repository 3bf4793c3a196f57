import { Button, Checkbox } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useBlocker, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DatasetExample } from '../../../src/schema/api/datasets.ts'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import classes from './datasets.module.css'
import { LabelForm } from './label-form.tsx'
import { placeOf } from './label-places.ts'
import { LabelledExample } from './labelled-example.tsx'
import { useLabels } from './use-labels.ts'

export type Labelled = DatasetExample & { paragraphs: DatasetParagraph[]; labels: LabelledIssue[] }
type Props = {
  dataset: string
  /** With which labelling began. */
  example: Labelled
  /** Whether others have saved other labels since. */
  isOutdated: boolean
  onReread: () => void
}

/** Changes an example's labels; they are saved together as a new version. */
export function Labelling({ dataset, example, isOutdated, onReread }: Props) {
  const { paragraphs } = example
  const work = useLabels(example.labels)
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
          {isOutdated && <Outdated isChanged={work.isChanged} onReread={onReread} />}
          <Save dataset={dataset} example={example} work={work} />
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

function Outdated({ isChanged, onReread }: { isChanged: boolean; onReread: () => void }) {
  return (
    <div role="status" className={classes.outdated}>
      Somebody has labelled this example meanwhile.
      <Button size="compact-sm" variant="default" onClick={onReread}>
        {isChanged ? 'Discard mine, show theirs' : 'Show theirs'}
      </Button>
    </div>
  )
}

type SaveProps = Pick<Props, 'dataset' | 'example'> & { work: ReturnType<typeof useLabels> }

function Save({ dataset, example: { id, hash }, work }: SaveProps) {
  const { isChanged, labels } = work
  const [note, setNote] = useState('')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const save = useMutation(
    api.datasets.label.mutationOptions({
      onSuccess: async ({ hash: version }) => {
        const to = '/datasets/$dataset/versions/$version/example'
        await navigate({ to, params: { dataset, version }, search: { id }, ignoreBlocker: true })
        void queries.invalidateQueries({ queryKey: api.datasets.key() })
      },
    }),
  )
  useBlocker({
    shouldBlockFn: () => !window.confirm('Leave without saving the labels?'),
    enableBeforeUnload: isChanged,
    disabled: !isChanged,
  })
  const words = note.trim()
  if (!isChanged) {
    return <Quiet>Select words in the text, or type them, to label them.</Quiet>
  }
  return (
    <div className={classes.save}>
      <LineForm
        name="Save the labels"
        submit="Save as a new version"
        sending={save}
        onSubmit={() =>
          save.mutate({ dataset, id, hash, issues: labels, ...(words !== '' && { note: words }) })
        }
      >
        <TextField label="Note (optional)" maxLength={1000} value={note} onChange={setNote} />
        <Button size="xs" variant="default" onClick={work.reset}>
          Discard
        </Button>
      </LineForm>
    </div>
  )
}
