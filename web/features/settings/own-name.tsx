import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMe } from '../../components/use-me.ts'
import classes from './settings.module.css'

/** What others call one. */
export function OwnName() {
  const { me } = useMe()
  return (
    <PageSection title="Your name">
      <Quiet>Others read it where you did something, also long ago.</Quiet>
      <div className={classes.parts}>
        <NameForm key={me.name} name={me.name} />
      </div>
    </PageSection>
  )
}

function NameForm({ name: kept }: { name: string }) {
  const queries = useQueryClient()
  const [name, setName] = useState(kept)
  const save = useMutation(
    api.people.rename.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.people.key() }),
    }),
  )
  const isSame = name.trim() === kept || name.trim() === ''
  return (
    <LineForm
      name="Your name"
      submit="Save name"
      sending={save}
      onSubmit={() => save.mutate({ name: name.trim() })}
      button={{ disabled: isSame }}
    >
      <TextField
        label="Name"
        autoComplete="name"
        w={260}
        maw="100%"
        maxLength={200}
        required
        withAsterisk={false}
        value={name}
        onChange={setName}
      />
    </LineForm>
  )
}
