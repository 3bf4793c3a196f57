import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { SelectField } from '../../components/select-field.tsx'
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
  return (
    <FormDialog
      title="Who is to review it?"
      submit="Assign"
      isPending={assign.isPending}
      refusal={assign.error && sentenceOf(assign.error)}
      onSubmit={() =>
        assign.mutate({ sha256: document.sha256, person: person === '' ? null : person })
      }
      close={close}
    >
      <SelectField
        size="sm"
        label={document.name}
        data-autofocus
        value={person}
        onChange={setPerson}
        data={[
          { value: '', label: 'Nobody' },
          ...people.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </FormDialog>
  )
}
