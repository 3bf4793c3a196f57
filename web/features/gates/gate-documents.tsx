import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import type {
  GateCalls,
  GateDocuments,
  GateDocumentSide,
  GateReport,
} from '../../../src/schema/api/gates.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { ExampleLink } from '../../components/example-link.tsx'
import { Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { useMe } from '../../components/use-me.ts'
import { CallsOfDocument } from './gate-calls.tsx'
import { ShownSplit } from './shown-split.tsx'
import { netLoss, roundedCounts, sumOf } from './document-counts.ts'

type Split = GateDocuments['split']

/** For custodians. */
export function DocumentsOfGate({ report: { gate, sides, audit } }: { report: GateReport }) {
  const { may } = useMe()
  if (sides === null || !may('gates:write')) return null
  const splits: Split[] = audit?.state === 'done' ? ['test', 'audit'] : ['test']
  return (
    <ShownSplit
      title="Document by document"
      splits={splits}
      verb={(split) => `Show each document of ${split}`}
    >
      {(split) => <Documents key={split} gate={gate.id} split={split} />}
    </ShownSplit>
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
      {data !== undefined && <DocumentsTable gate={gate} documents={data} />}
    </>
  )
}

/** Of which one reads what was asked. */
type Opened = Pick<GateCalls, 'document' | 'side'>
type Item = GateDocuments['items'][number]

/** Those in which most was lost come first. */
function DocumentsTable({ gate, documents }: { gate: string; documents: GateDocuments }) {
  const [opened, open] = useState<Opened | null>(null)
  const { split } = documents
  const items = documents.items.toSorted((a, b) => netLoss(b) - netLoss(a))
  return (
    <>
      <Quiet>
        {count(items.length, 'document')} of {split}, those in which most was lost first; means over
        the runs.
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
            <Table.Th>Asked of models</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) =>
            versionsOf(item).map(([name, side, key]) => (
              <Fragment key={`${item.id} ${name}`}>
                <Table.Tr>
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
                  <Table.Td>
                    {side !== null && (
                      <OpenCalls
                        of={{ document: item.id, side: key }}
                        opened={opened}
                        open={open}
                      />
                    )}
                  </Table.Td>
                </Table.Tr>
                {isOpened(opened, { document: item.id, side: key }) && (
                  <Table.Tr>
                    <Table.Td colSpan={7}>
                      <CallsOfDocument gate={gate} split={split} document={item.id} side={key} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            )),
          )}
        </Table.Tbody>
      </ScrollTable>
    </>
  )
}

type Named = [name: string, side: GateDocumentSide | null, key: Opened['side']]

function versionsOf({ baseline, candidate, anchor }: Item): Named[] {
  const both: Named[] = [
    ['in production', baseline, 'baseline'],
    ['candidate', candidate, 'candidate'],
  ]
  return anchor === null ? both : [...both, ['anchor', anchor, 'anchor']]
}

type OpenProps = { of: Opened; opened: Opened | null; open: (opened: Opened | null) => void }

function OpenCalls({ of, opened, open }: OpenProps) {
  const isOpen = isOpened(opened, of)
  const verb = isOpen ? 'Hide' : 'Show'
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-expanded={isOpen}
      aria-label={`${verb} what ${of.side} asked of models about ${of.document}`}
      onClick={() => open(isOpen ? null : of)}
    >
      {verb}
    </Button>
  )
}

function isOpened(opened: Opened | null, { document, side }: Opened): boolean {
  return opened?.document === document && opened.side === side
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
