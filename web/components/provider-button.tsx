import { Divider } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { signInAtProvider, signInWays } from '../api.ts'
import { Button } from './button.tsx'
import { Failure } from './failure.tsx'

/** What a provider's sign-in came back with; see `errorURL` of the server. */
const errors: Record<string, string> = {
  signup_disabled: 'You have no account here yet. Ask for an invitation to the same address.',
  access_denied: 'The sign-in was cancelled.',
}

/** Is there only where the server has a provider. */
export function ProviderButton() {
  const ways = useQuery({ queryKey: ['sign-in-ways'], queryFn: signInWays, staleTime: Infinity })
  const entry = useMutation({
    mutationFn: signInAtProvider,
    onSuccess: (address) => window.location.assign(address),
  })
  const provider = ways.data?.oidc
  if (!provider) return null
  const code = new URLSearchParams(window.location.search).get('error')
  const came = code === null ? null : (errors[code] ?? `The sign-in has failed (${code}).`)
  const sentence = entry.error ? 'The provider cannot be reached. Try again in a moment.' : came
  return (
    <>
      {sentence !== null && <Failure sentence={sentence} />}
      <Button
        fullWidth
        mt="sm"
        loading={entry.isPending || entry.isSuccess}
        onClick={() => entry.mutate()}
      >
        Sign in with {provider.name}
      </Button>
      <Divider my="md" label="or" />
    </>
  )
}
