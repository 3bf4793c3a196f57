import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { Quiet } from '../../components/page.tsx'
import { DataTable } from './data-table.tsx'
import { Section } from './section.tsx'

/** Who did what; ids and codes, never text. */
export function AuditLog() {
  const { may } = useMe()
  const people = useQuery(api.people.list.queryOptions({ enabled: may('people:read') }))
  const names = new Map(people.data?.people.map(({ id, name }) => [id, name]))
  const query = useInfiniteQuery(
    api.operations.audit.infiniteOptions({
      input: (before: number | undefined) => ({ before, limit: 50 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  )
  const entries = query.data?.pages.flatMap((page) => page.entries)
  return (
    <Section
      title="Audit log"
      query={query}
      explanation="Each entry is bound to the one before by its hash; GET /api/audit/verification tells whether one was changed."
    >
      {entries?.length === 0 && <Quiet>Nothing yet.</Quiet>}
      {entries !== undefined && entries.length > 0 && (
        <DataTable
          name="List of audit entries"
          head={['When', 'Who', 'What', 'To what']}
          rows={entries.map(({ sequence, at, actor, action, subject }) => ({
            key: String(sequence),
            cells: [
              new Date(at).toLocaleString(),
              names.get(actor) ?? actor,
              action,
              names.get(subject) ?? subject,
            ],
          }))}
        />
      )}
      <ShowMore query={query} label="Older entries" />
    </Section>
  )
}
