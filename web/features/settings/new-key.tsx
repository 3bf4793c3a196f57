import { MultiSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Permission } from '../../../src/schema/access.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { TextField } from '../../components/text-field.tsx'
import { meOptions } from '../../components/use-me.ts'
import { ShownOnce } from './shown-once.tsx'

export function NewKey() {
  const queries = useQueryClient()
  const mine = useQuery(meOptions()).data?.permissions ?? []
  const [name, setName] = useState('')
  const [permissions, setPermissions] = useState<Permission[]>([])
  const create = useMutation(
    api.people.createKey.mutationOptions({
      onSuccess: () => {
        setName('')
        return queries.invalidateQueries({ queryKey: api.people.keys.key() })
      },
    }),
  )
  return (
    <>
      <LineForm
        name="Make a key"
        submit="Make a key"
        sending={create}
        onSubmit={() => create.mutate({ name, permissions })}
        button={{ disabled: permissions.length === 0 }}
      >
        <TextField label="Name of the key" required value={name} onChange={setName} />
        <MultiSelect
          label="What it may"
          size="xs"
          miw={220}
          searchable
          data={mine}
          value={permissions}
          onChange={(values) => setPermissions(values)}
        />
      </LineForm>
      {create.data !== undefined && (
        <ShownOnce label="Keep it now; it is not shown again:" value={create.data.secret} />
      )}
    </>
  )
}
