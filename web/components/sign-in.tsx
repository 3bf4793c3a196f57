import { Button, Center, Paper, PasswordInput, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { signIn } from '../api.ts'
import { ProviderButton } from './provider-button.tsx'
import { usePageTitle } from './use-page-title.ts'

/** In place of whatever page was asked for; after signing in, that page is there. */
export function SignIn() {
  usePageTitle('Sign in')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const queries = useQueryClient()
  const entry = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: (refusal) => (refusal === null ? queries.resetQueries() : undefined),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    entry.mutate()
  }
  const refusal = entry.error ? 'The server does not answer. Try again in a moment.' : entry.data
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={380} maw="100%">
        <Title order={1} size="h3">
          Sign in to Proofloop
        </Title>
        <Text size="sm" c="var(--quiet)" mt={4} mb="md">
          On this machine, the link that the server printed when it started signs you in, too.
        </Text>
        <ProviderButton />
        <form onSubmit={submit}>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            mt="sm"
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <Text role="alert" size="sm" c="var(--failure)" mt="sm" mih={20}>
            {refusal}
          </Text>
          <Button type="submit" fullWidth mt="xs" loading={entry.isPending}>
            Sign in
          </Button>
        </form>
      </Paper>
    </Center>
  )
}
