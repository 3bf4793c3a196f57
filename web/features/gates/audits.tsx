import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AuditEntry } from '../../../src/schema/api/gates.ts'
import { count, decimal, points, signedPoints } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { faultInWords, secondsInWords } from '../../components/gate/gate-words.ts'
import { lookEvery } from './use-gate.ts'

/** For custodians: how merged changes did on what nobody has fitted them to. */
export function Audits() {
  const query = useQuery(
    api.gates.audits.queryOptions({
      refetchInterval: ({ state }) =>
        state.data?.items.some((audit) => audit.state === 'running') ? lookEvery : false,
    }),
  )
  const { data } = query
  return (
    <PageSection title="Audits">
      <ListPending what="the audits" query={query} />
      {data !== undefined && <Overfit overfit={data.overfit} />}
      {data !== undefined && <Slots slots={data.slots} />}
      {data !== undefined && data.items.length > 0 && <AuditsTable items={data.items} />}
    </PageSection>
  )
}

type Monitor = { merges: number; z: number | null; rotate: boolean }

function Overfit({ overfit: { merges, z, rotate } }: { overfit: Monitor }) {
  if (merges === 0) return <Quiet>No change was looked at on audit yet.</Quiet>
  const over = `Over ${count(merges, 'merge')} on this test set`
  if (z === null) {
    return (
      <Text size="sm" role="status">
        {over},{' '}
        {rotate ? (
          <>
            changes look better on test than on audit, by as much in each document.{' '}
            <strong>The test set is worn out: rotate it.</strong>
          </>
        ) : (
          'changes look no better on test than on audit.'
        )}
      </Text>
    )
  }
  return (
    <Text size="sm" role="status">
      {over}, changes look {z < 0 ? 'worse' : 'better'} on test than on audit by z ={' '}
      {decimal(Math.abs(z))}.{' '}
      {rotate ? (
        <strong>The test set is worn out: rotate it.</strong>
      ) : (
        'Above 2 and better on test, the test set is to be rotated.'
      )}
    </Text>
  )
}

type Use = { longest: { seconds: number; share: number } | null; isTight: boolean }

/** How long gates take tells of hidden examples, so nobody else reads it. */
function Slots({ slots: { longest, isTight } }: { slots: Use }) {
  if (longest === null) return null
  const share = `${Math.round(longest.share * 100)}\u00A0%`
  return (
    <Text size="sm" role="status">
      Of the last gates, the longest took {secondsInWords(longest.seconds)}, {share} of its time.{' '}
      {isTight ? (
        <strong>Set gate.answerEverySeconds higher: what is not done in time is not passed.</strong>
      ) : (
        'More than half would be too much.'
      )}
    </Text>
  )
}

function AuditsTable({ items }: { items: AuditEntry[] }) {
  return (
    <ScrollTable name="Audits of changes" miw={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Asked</Table.Th>
          <Table.Th>By</Table.Th>
          <Table.Th>Result</Table.Th>
          <Table.Th data-number>Points</Table.Th>
          <Table.Th data-number>Standard error</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((audit) => (
          <Table.Tr key={audit.gate}>
            <Table.Td>
              <Link to="/gates/$gate" params={{ gate: audit.gate }}>
                <When at={audit.startedAt} />
              </Link>
            </Table.Td>
            <Table.Td>
              <bdi>{audit.requestedBy.name}</bdi>
            </Table.Td>
            <Table.Td>{resultOf(audit)}</Table.Td>
            <Table.Td data-number>
              {audit.delta === null ? '–' : signedPoints(audit.delta)}
            </Table.Td>
            <Table.Td data-number>{audit.se === null ? '–' : points(audit.se)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

export function resultOf({ state, passed, fault }: AuditEntry): string {
  if (state === 'failed') return `ended without a result: ${faultInWords(fault ?? 'internal')}`
  if (state === 'running' || passed === null) return 'runs'
  return passed ? 'passed' : 'not passed: deployment is blocked'
}
