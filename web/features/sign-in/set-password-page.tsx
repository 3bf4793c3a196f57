import { useMutation } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { setPassword } from '../../api.ts'
import { EntryCard } from '../../components/entry-card.tsx'
import { SecretField } from '../../components/secret-field.tsx'

const route = getRouteApi('/set-password')
const least = 10

/** Where the links of invitations and of password resets lead. */
export function SetPasswordPage() {
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const [password, setOwn] = useState('')
  const change = useMutation({
    mutationFn: () => setPassword(token, password),
    onSuccess: (refusal) => (refusal === null ? navigate({ to: '/documents' }) : undefined),
  })
  return (
    <EntryCard
      name="Choose a password"
      title="Choose a password"
      submit="Set the password"
      entry={change}
    >
      <SecretField
        label="New password"
        description={`At least ${least} characters. You sign in with it next.`}
        autoComplete="new-password"
        minLength={least}
        value={password}
        onChange={setOwn}
      />
    </EntryCard>
  )
}
