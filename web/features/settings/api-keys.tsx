import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { When } from '../../components/when.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { NewKey } from './new-key.tsx'
import { Section } from './section.tsx'

/** For programs: a key does at most what its person may, and at most what it was made for. */
export function ApiKeys() {
  const queries = useQueryClient()
  const query = useQuery(api.people.keys.queryOptions())
  const keys = query.data?.keys ?? []
  const revoke = useMutation(
    api.people.revokeKey.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.people.keys.key() }),
    }),
  )
  return (
    <Section
      title="Your API keys"
      query={query}
      explanation={
        <>
          For programs, sent as <code>Authorization: Bearer …</code> A key does at most what it was
          made for. What can be asked: <a href="/api">the API page</a>.
        </>
      }
    >
      {revoke.error && <Failure sentence={sentenceOf(revoke.error)} />}
      {keys.length > 0 && (
        <DataTable
          name="List of keys"
          head={['Name', 'Begins with', 'May', 'Last used', 'Key']}
          rows={keys.map(({ id, name, hint, permissions, lastUsedAt }) => ({
            key: id,
            cells: [
              name,
              <code key="hint">{hint}</code>,
              permissions.join(', '),
              lastUsedAt === null ? 'never' : <When key="used" at={lastUsedAt} />,
              <Button
                key="end"
                size="compact-xs"
                variant="default"
                aria-label={`End the key ${name}`}
                onClick={() => revoke.mutate({ key: id })}
              >
                End
              </Button>,
            ],
          }))}
        />
      )}
      <NewKey />
    </Section>
  )
}
