import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { signIn } from '../api.ts'
import { EntryCard } from './entry-card.tsx'
import { ProviderButton } from './provider-button.tsx'
import { SecretField } from './secret-field.tsx'
import { TextField } from './text-field.tsx'

/** In place of whatever page was asked for; after signing in, that page is there. */
export function SignIn() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const queries = useQueryClient()
  const entry = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: (refusal) => (refusal === null ? queries.resetQueries() : undefined),
  })
  return (
    <EntryCard
      name="Sign in"
      title="Sign in to Proofloop"
      note="On this machine, the link that the server printed when it started signs you in, too."
      above={<ProviderButton />}
      submit="Sign in"
      entry={entry}
    >
      <TextField
        size="sm"
        label="Email"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={setEmail}
      />
      <SecretField
        label="Password"
        mt="sm"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
    </EntryCard>
  )
}
