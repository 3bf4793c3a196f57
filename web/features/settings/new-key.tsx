import { Button, MultiSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Permission } from '../../../src/schema/access.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { meOptions } from '../../components/use-me.ts'
import classes from './settings.module.css'
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
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate({ name, permissions })
  }
  return (
    <>
      <form onSubmit={submit} className={classes.form} aria-label="Make a key">
        <TextInput
          label="Name of the key"
          size="xs"
          required
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <MultiSelect
          label="What it may"
          size="xs"
          miw={220}
          searchable
          data={mine}
          value={permissions}
          onChange={(values) => setPermissions(values)}
        />
        <Button
          type="submit"
          size="xs"
          disabled={permissions.length === 0}
          loading={create.isPending}
        >
          Make a key
        </Button>
      </form>
      {create.error && <Failure sentence={sentenceOf(create.error)} />}
      {create.data !== undefined && (
        <ShownOnce label="Keep it now; it is not shown again:" value={create.data.secret} />
      )}
    </>
  )
}
