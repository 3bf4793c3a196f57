import { Button, Center, Paper, PasswordInput, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { setPassword } from '../../api.ts'
import { usePageTitle } from '../../components/use-page-title.ts'

const route = getRouteApi('/set-password')
const least = 10

/** Where the links of invitations and of password resets lead. */
export function SetPasswordPage() {
  usePageTitle('Choose a password')
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const [password, setOwn] = useState('')
  const change = useMutation({
    mutationFn: () => setPassword(token, password),
    onSuccess: (refusal) => (refusal === null ? navigate({ to: '/documents' }) : undefined),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  const refusal = change.error ? 'The server does not answer. Try again in a moment.' : change.data
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={380} maw="100%">
        <Title order={1} size="h3" mb="md">
          Choose a password
        </Title>
        <form onSubmit={submit}>
          <PasswordInput
            label="New password"
            description={`At least ${least} characters. You sign in with it next.`}
            autoComplete="new-password"
            required
            minLength={least}
            value={password}
            onChange={({ currentTarget }) => setOwn(currentTarget.value)}
          />
          <Text role="alert" size="sm" c="var(--failure)" mt="sm" mih={20}>
            {refusal}
          </Text>
          <Button type="submit" fullWidth loading={change.isPending}>
            Set the password
          </Button>
        </form>
      </Paper>
    </Center>
  )
}
