import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person } from '../../../src/schema/api/people.ts'
import { api, sentenceOf } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'
import { linkLabel } from './link-label.ts'
import { ShownOnce } from './shown-once.tsx'

/** A link for a new password, and the end of an account. */
export function PersonActions({ person }: { person: Person }) {
  const { me } = useMe()
  const [isRemoved, setRemoved] = useState(false)
  const reset = useMutation(api.people.resetPassword.mutationOptions())
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Password link for ${person.name}`}
          onClick={() => reset.mutate({ person: person.id })}
        >
          Password link
        </Button>
        {person.id !== me.id && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Close the account of ${person.name}`}
            onClick={() => setRemoved(true)}
          >
            Close
          </Button>
        )}
      </Group>
      {reset.error && <Failure sentence={sentenceOf(reset.error)} />}
      {reset.data !== undefined && (
        <ShownOnce label={linkLabel(person.name, reset.data)} value={reset.data.link} />
      )}
      {isRemoved && <RemoveDialog person={person} close={() => setRemoved(false)} />}
    </>
  )
}

function RemoveDialog({ person, close }: { person: Person; close: () => void }) {
  const queries = useQueryClient()
  const remove = useMutation(
    api.people.remove.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.people.key() }),
    }),
  )
  return (
    <ConfirmDialog
      title={`Close the account of ${person.name}?`}
      keep="Cancel"
      confirm="Close the account"
      doing={remove}
      onConfirm={() => remove.mutate({ person: person.id })}
      close={close}
    >
      They cannot sign in any more. What they judged stays.
    </ConfirmDialog>
  )
}
