import { Table } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { GateEntry } from '../../../src/schema/api/gates.ts'
import { wallsInWords } from '../../../src/schema/walls-words.ts'
import { api } from '../../api.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { When } from '../../components/when.tsx'
import { causeBesideVerdict, verdictInWords } from '../../components/gate/gate-words.ts'
import { lookEvery } from './use-gate.ts'
import { VersionAsked } from './version-asked.tsx'

const isRunning = ({ state }: GateEntry): boolean => state === 'running'

/** For who decides; what one has asked oneself is not in it. */
export function AllGates() {
  const query = useInfiniteQuery(
    api.gates.list.infiniteOptions({
      input: (after: string | undefined) => ({ after, limit: 50 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ items }) => items.some(isRunning)) ? lookEvery : false,
    }),
  )
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <PageSection title="Verdicts">
      <ListPending what="the gates" query={query} />
      {query.data !== undefined && items.length === 0 && !query.hasNextPage && (
        <Quiet>
          Nobody has asked the gate yet. Engineers do so here or by <code>proofloop gate</code>,
          once a dataset has examples in test and a custodian has marked the version in production
          on its page.
        </Quiet>
      )}
      {items.length > 0 && <GatesTable items={items} />}
      <ShowMore query={query} label="Older gates" />
    </PageSection>
  )
}

function GatesTable({ items }: { items: GateEntry[] }) {
  return (
    <ScrollTable name="Gates" miw={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Asked</Table.Th>
          <Table.Th>Verdict</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th>By</Table.Th>
          <Table.Th>Kept apart by</Table.Th>
          <Table.Th data-number>Budget entry</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((gate) => (
          <Table.Tr key={gate.id}>
            <Table.Td>
              <Link to="/gates/$gate" params={{ gate: gate.id }}>
                <When at={gate.startedAt} />
              </Link>
            </Table.Td>
            <Table.Td>
              <strong>{verdictInWords(gate.verdict)}</strong>
              {causeBesideVerdict(gate.cause)}
            </Table.Td>
            <Table.Td>
              <VersionAsked gate={gate} />
            </Table.Td>
            <Table.Td>
              <bdi>{gate.author.name}</bdi>
            </Table.Td>
            <Table.Td>
              {wallsInWords(gate.walls)}
              {gate.demo && ', demo mode'}
              {gate.solo && ', solo mode'}
            </Table.Td>
            <Table.Td data-number>{gate.budgetEntry ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}
