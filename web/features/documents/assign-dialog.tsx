import { Button, Group, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'

export function AssignDialog({ document, close }: { document: DocumentEntry; close: () => void }) {
  const { me, may } = useMe()
  const queries = useQueryClient()
  const { data } = useQuery(api.people.list.queryOptions({ enabled: may('people:read') }))
  const people = data?.people ?? [me]
  const [person, setPerson] = useState(document.assignedTo?.id ?? '')
  const assign = useMutation(
    api.documents.assign.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.documents.list.key() })
        close()
      },
    }),
  )
  const save = (event: FormEvent): void => {
    event.preventDefault()
    assign.mutate({ sha256: document.sha256, person: person === '' ? null : person })
  }
  return (
    <Dialog opened close={close} title="Who is to review it?">
      <form onSubmit={save}>
        <NativeSelect
          label={document.name}
          data-autofocus
          value={person}
          onChange={({ currentTarget }) => setPerson(currentTarget.value)}
          data={[
            { value: '', label: 'Nobody' },
            ...people.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        {assign.error && <Failure sentence={sentenceOf(assign.error)} />}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={assign.isPending}>
            Assign
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
