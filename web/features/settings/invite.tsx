import { Button, MultiSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Role } from '../../../src/schema/access.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { roles } from './roles.ts'
import classes from './settings.module.css'
import { linkLabel } from './link-label.ts'
import { ShownOnce } from './shown-once.tsx'

/** The second account ends solo mode and asks which roles the first person keeps. */
export function Invite({ soloMode }: { soloMode: boolean }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [theirs, setTheirs] = useState<Role[]>(['reviewer'])
  const [mine, setMine] = useState<Role[]>(['engineer', 'operator', 'admin'])
  const invite = useMutation(
    api.people.invite.mutationOptions({
      onSuccess: () => {
        setName('')
        setEmail('')
        return queries.invalidateQueries({ queryKey: api.people.key() })
      },
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    invite.mutate({ name, email, roles: theirs, ...(soloMode && { keep: mine }) })
  }
  return (
    <>
      <form onSubmit={submit} className={classes.form} aria-label="Invite somebody">
        <TextInput
          label="Name"
          size="xs"
          required
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Email"
          size="xs"
          type="email"
          required
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <MultiSelect
          label="Their roles"
          size="xs"
          data={roles}
          value={theirs}
          onChange={(values) => setTheirs(values)}
        />
        {soloMode && (
          <MultiSelect
            label="Roles that you keep"
            size="xs"
            data={roles}
            value={mine}
            onChange={(values) => setMine(values)}
          />
        )}
        <Button type="submit" size="xs" loading={invite.isPending}>
          Invite
        </Button>
      </form>
      {invite.error && <Failure sentence={sentenceOf(invite.error)} />}
      {invite.data !== undefined && (
        <ShownOnce
          label={linkLabel(invite.data.person.name, invite.data)}
          value={invite.data.link}
        />
      )}
    </>
  )
}
