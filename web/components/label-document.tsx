import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, sentenceOf } from '../api.ts'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'
import classes from './label-document.module.css'
import { LineForm } from './line-form.tsx'
import { SelectField } from './select-field.tsx'
import { TextField } from './text-field.tsx'
import { useMe } from './use-me.ts'

type Props = { document: { sha256: string; name: string } }

/** For custodians: from a document to the example that it is in a dataset, or becomes. */
export function LabelDocument({ document }: Props) {
  const { may } = useMe()
  const [asking, setAsking] = useState(false)
  if (!may('datasets:write')) return null
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Label
      </Button>
      {asking && (
        <Dialog opened close={() => setAsking(false)} title="Label it as an example">
          <Datasets document={document} />
        </Dialog>
      )}
    </>
  )
}

function Datasets({ document }: Props) {
  const { data, error } = useQuery(
    api.datasets.ofDocument.queryOptions({ input: { sha256: document.sha256 }, staleTime: 0 }),
  )
  if (error !== null) return <Failure sentence={sentenceOf(error)} />
  if (data === undefined) return null
  const held = data.items.flatMap(({ dataset, id }) => (id === null ? [] : [{ dataset, id }]))
  const others = data.items.filter(({ id }) => id === null).map(({ dataset }) => dataset)
  return (
    <>
      <p className={classes.words}>
        {held.length === 0
          ? 'It is in no dataset yet. Add it to one, then label it there.'
          : 'It is an example in:'}
      </p>
      {held.length > 0 && (
        <ul className={classes.held}>
          {held.map(({ dataset, id }) => (
            <li key={dataset}>
              <Link
                to="/datasets/$dataset/versions/$version/example"
                params={{ dataset, version: 'newest' }}
                search={{ id }}
              >
                <bdi>{dataset}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <AddTo document={document} datasets={others} />
    </>
  )
}

/** Stands for a dataset that is yet to be made; no dataset has an empty name. */
const another = ''

function AddTo({ document, datasets }: Props & { datasets: string[] }) {
  const [chosen, setChosen] = useState(datasets[0] ?? another)
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const add = useMutation(
    api.datasets.addDocument.mutationOptions({
      onSuccess: async ({ dataset, id, leftOut }) => {
        void queries.invalidateQueries({ queryKey: api.datasets.key() })
        if (leftOut.includes(id)) return
        const to = '/datasets/$dataset/versions/$version/example'
        await navigate({ to, params: { dataset, version: 'newest' }, search: { id } })
      },
    }),
  )
  const dataset = chosen === another ? name.trim() : chosen
  const isLeftOut = add.data !== undefined && add.data.leftOut.includes(add.data.id)
  return (
    <>
      <LineForm
        name="Add it to a dataset"
        submit="Add and label it"
        sending={add}
        onSubmit={() => add.mutate({ dataset, sha256: document.sha256 })}
      >
        <SelectField
          label="Dataset"
          value={chosen}
          onChange={setChosen}
          data={[
            ...datasets.map((one) => ({ value: one, label: one })),
            { value: another, label: 'a new one' },
          ]}
        />
        {chosen === another && (
          <TextField
            label="Name"
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={setName}
          />
        )}
      </LineForm>
      <p className={classes.hint}>
        It begins with what people accepted, changed and added in its newest review, and keeps its
        split.
      </p>
      {isLeftOut && (
        <Failure sentence="It was not added: engineers have a copy among their own documents, so it cannot stay hidden." />
      )}
    </>
  )
}
