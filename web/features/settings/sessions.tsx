import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { When } from '../../components/when.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from './section.tsx'

/** Where one is signed in. */
export function Sessions() {
  const queries = useQueryClient()
  const query = useQuery(api.people.sessions.queryOptions())
  const end = useMutation(
    api.people.endSession.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.people.key() }),
    }),
  )
  return (
    <Section title="Where you are signed in" query={query}>
      {end.error && <Failure sentence={sentenceOf(end.error)} />}
      {query.data !== undefined && (
        <DataTable
          name="List of sessions"
          head={['Browser', 'Since', 'Session']}
          rows={query.data.sessions.map(({ id, current, userAgent, createdAt }) => ({
            key: id,
            cells: [
              `${userAgent ?? 'unknown'}${current ? ' (this one)' : ''}`,
              <When key="since" at={createdAt} />,
              <Button
                key="end"
                size="compact-xs"
                variant="default"
                onClick={() => end.mutate({ session: id })}
              >
                {current ? 'Sign out here' : 'End it'}
              </Button>,
            ],
          }))}
        />
      )}
    </Section>
  )
}
