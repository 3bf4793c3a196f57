import { MultiSelect } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../src/schema/access.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { TextField } from '../../components/text-field.tsx'
import { linkLabel } from './link-label.ts'
import { roles } from './roles.ts'
import { ShownOnce } from './shown-once.tsx'

/** The second account ends solo mode and asks which roles the first person keeps. */
export function Invite({ soloMode }: { soloMode: boolean }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [ownName, setOwnName] = useState('')
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
  const called = ownName.trim()
  const end = { keep: mine, ...(called !== '' && { ownName: called }) }
  return (
    <>
      <LineForm
        name="Invite somebody"
        submit="Invite"
        sending={invite}
        onSubmit={() => invite.mutate({ name, email, roles: theirs, ...(soloMode && end) })}
      >
        <TextField label="Name" required value={name} onChange={setName} />
        <TextField label="Email" type="email" required value={email} onChange={setEmail} />
        <MultiSelect
          label="Their roles"
          size="xs"
          data={roles}
          value={theirs}
          onChange={(values) => setTheirs(values)}
        />
        {soloMode && (
          <>
            <TextField
              label="What others call you"
              maxLength={200}
              value={ownName}
              onChange={setOwnName}
            />
            <MultiSelect
              label="Roles that you keep"
              size="xs"
              data={roles}
              value={mine}
              onChange={(values) => setMine(values)}
            />
          </>
        )}
      </LineForm>
      {invite.data !== undefined && (
        <ShownOnce
          label={linkLabel(invite.data.person.name, invite.data)}
          value={invite.data.link}
        />
      )}
    </>
  )
}
