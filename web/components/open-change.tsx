import { Checkbox, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, codeOf, sentenceOf } from '../api.ts'
import { FormDialog } from './form-dialog.tsx'
import { Quiet } from './page.tsx'
import { TextField } from './text-field.tsx'

type Props = {
  /** Version of a draft of the flow; null: a branch, which is asked for. */
  draft: string | null
  close: () => void
}

/** Proposes a draft or a branch, and goes to the change that it becomes. */
export function OpenChange({ draft, close }: Props) {
  const [branch, setBranch] = useState('')
  const [title, setTitle] = useState('')
  const [description, setDescription] = useState('')
  const [anew, setAnew] = useState(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const open = useMutation(
    api.changes.open.mutationOptions({
      async onSuccess({ number }) {
        await queries.invalidateQueries({ queryKey: api.changes.list.key() })
        await navigate({ to: '/changes/$number', params: { number: String(number) } })
      },
    }),
  )
  const source = draft === null ? { branch } : { draft, anew }
  const isGone = codeOf(open.error) === 'agent-not-on-branch'
  return (
    <FormDialog
      title="Open a change"
      submit="Open it"
      isPending={open.isPending}
      refusal={open.error === null ? null : sentenceOf(open.error)}
      onSubmit={() => open.mutate({ ...source, title, description })}
      close={close}
    >
      <Quiet>
        {draft === null
          ? 'A branch that was pushed is proposed to be merged into the protected branch.'
          : 'The draft becomes a commit of yours, on a branch of its own.'}{' '}
        It is tested and measured by itself; then the gate is asked, for one of your budget.
      </Quiet>
      {draft === null && (
        <TextField
          label="Branch"
          mt="sm"
          required
          maxLength={250}
          data-autofocus
          value={branch}
          onChange={setBranch}
        />
      )}
      <TextField
        label="Title"
        mt="sm"
        required
        maxLength={200}
        data-autofocus={draft !== null || undefined}
        value={title}
        onChange={setTitle}
      />
      <Textarea
        label="What it is for"
        description="Everybody who sees the change reads it. May be left out."
        size="xs"
        mt="sm"
        autosize
        minRows={3}
        maxRows={12}
        maxLength={20_000}
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      {(isGone || anew) && (
        <Checkbox
          label="Propose the agent anew"
          mt="sm"
          checked={anew}
          onChange={({ currentTarget }) => setAnew(currentTarget.checked)}
        />
      )}
    </FormDialog>
  )
}
