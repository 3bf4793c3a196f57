import { Checkbox } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Section } from './section.tsx'

/** What one is mailed; not there where the server sends no mail. */
export function Mails() {
  const queries = useQueryClient()
  const query = useQuery(api.people.mails.queryOptions())
  const save = useMutation(
    api.people.setMails.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.people.mails.key() }),
    }),
  )
  if (query.data?.available === false) return null
  return (
    <Section title="Mails" query={query}>
      {save.error && <Failure sentence={sentenceOf(save.error)} />}
      {query.data !== undefined && (
        <Checkbox
          size="sm"
          label="Mail me when a review that I started, or of a document assigned to me, is ready"
          checked={query.data.reviewReady}
          disabled={save.isPending}
          onChange={({ currentTarget }) => save.mutate({ reviewReady: currentTarget.checked })}
        />
      )}
    </Section>
  )
}
