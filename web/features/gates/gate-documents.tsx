import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { GateDocuments, GateDocumentSide, GateReport } from '../../../src/schema/api/gates.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { ExampleLink } from '../../components/example-link.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { useMe } from '../../components/use-me.ts'
import { netLoss, roundedCounts, sumOf } from './document-counts.ts'

type Split = GateDocuments['split']

/** For custodians, once they ask: each look at single hidden documents is in the audit log. */
export function DocumentsOfGate({ report: { gate, sides, audit } }: { report: GateReport }) {
  const { may } = useMe()
  const [split, setSplit] = useState<Split | null>(null)
  if (sides === null || !may('gates:write')) return null
  const splits: Split[] = audit?.state === 'done' ? ['test', 'audit'] : ['test']
  return (
    <PageSection title="Document by document">
      <Quiet>
        {splits.map((one) => (
          <Button
            key={one}
            size="compact-sm"
            variant="default"
            mr="xs"
            aria-pressed={split === one}
            onClick={() => setSplit(one)}
          >
            Show each document of {one}
          </Button>
        ))}
      </Quiet>
      {split !== null && <Documents key={split} gate={gate.id} split={split} />}
    </PageSection>
  )
}

function Documents({ gate, split }: { gate: string; split: Split }) {
  const query = useQuery(
    api.gates.documents.queryOptions({ input: { gate, split }, refetchOnWindowFocus: false }),
  )
  const { data } = query
  return (
    <>
      <ListPending what="the documents" query={query} />
      {data !== undefined && <DocumentsTable documents={data} />}
    </>
  )
}

type Item = GateDocuments['items'][number]

/** Those in which most was lost come first. */
function DocumentsTable({ documents }: { documents: GateDocuments }) {
  const items = documents.items.toSorted((a, b) => netLoss(b) - netLoss(a))
  return (
    <>
      <Quiet>
        {count(items.length, 'document')}, those in which most was lost first; means over the runs.
        {documents.version === null &&
          ' The dataset has other examples by now, so none of them can be opened from here.'}
      </Quiet>
      <ScrollTable name={`Documents of ${documents.split}`} miw={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Document</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th data-number>Found</Table.Th>
            <Table.Th data-number>False</Table.Th>
            <Table.Th data-number>Missed</Table.Th>
            <Table.Th data-number>Failed runs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) =>
            versionsOf(item).map(([name, side]) => (
              <Table.Tr key={`${item.id} ${name}`}>
                <Table.Th scope="row">
                  {documents.version === null ? (
                    <bdi>{item.id}</bdi>
                  ) : (
                    <ExampleLink
                      dataset={documents.dataset}
                      version={documents.version}
                      id={item.id}
                    />
                  )}
                </Table.Th>
                <Table.Td>{name}</Table.Td>
                <Counts side={side} />
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </ScrollTable>
    </>
  )
}

function versionsOf({ baseline, candidate, anchor }: Item): [string, GateDocumentSide | null][] {
  const both: [string, GateDocumentSide | null][] = [
    ['in production', baseline],
    ['candidate', candidate],
  ]
  return anchor === null ? both : [...both, ['anchor', anchor]]
}

function Counts({ side }: { side: GateDocumentSide | null }) {
  if (side === null) return <Table.Td colSpan={4}>–</Table.Td>
  const { failed, runs } = side
  return (
    <>
      {roundedCounts(sumOf(side)).map((number, column) => (
        <Table.Td key={column} data-number>
          {number}
        </Table.Td>
      ))}
      <Table.Td data-number>{failed === 0 ? '' : `${failed} of ${runs}`}</Table.Td>
    </>
  )
}
