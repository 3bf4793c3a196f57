import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DatasetExample } from '../../../src/schema/api/datasets.ts'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useKeepTyped } from '../../components/use-keep-typed.ts'
import { besideShowing, ConfirmShowing } from './confirm-showing.tsx'
import classes from './datasets.module.css'
import { LabelEditor } from './label-editor.tsx'
import { useExamplePages } from './use-example-pages.ts'
import { useLabels } from './use-labels.ts'

export const askForLabels = 'Leave without saving the labels?'

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
  const work = useLabels(example.labels)
  const pages = useExamplePages(example)
  return (
    <LabelEditor dataset={dataset} paragraphs={example.paragraphs} pages={pages} work={work}>
      {isOutdated && <Outdated isChanged={work.isChanged} onReread={onReread} />}
      <Save dataset={dataset} example={example} work={work} />
    </LabelEditor>
  )
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
  useKeepTyped(isChanged, askForLabels)
  const words = note.trim()
  if (!isChanged) {
    return (
      <Quiet>
        Select words in the text, type them, or press n to choose them by keys, to label them.
      </Quiet>
    )
  }
  return (
    <div className={classes.save}>
      <LineForm
        name="Save the labels"
        submit="Save as a new version"
        sending={besideShowing(save)}
        onSubmit={() =>
          save.mutate({ dataset, id, hash, issues: labels, ...(words !== '' && { note: words }) })
        }
      >
        <TextField label="Note (optional)" maxLength={1000} value={note} onChange={setNote} />
        <Button size="xs" variant="default" onClick={work.reset}>
          Discard
        </Button>
      </LineForm>
      <ConfirmShowing
        sending={save}
        onConfirm={() => {
          if (save.variables !== undefined) save.mutate({ ...save.variables, showHidden: true })
        }}
      />
    </div>
  )
}
