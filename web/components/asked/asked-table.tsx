import { Button, Table } from '@mantine/core'
import { Fragment, type ReactNode, useState } from 'react'
import type { AskedRun } from '../../../src/schema/api/asked-calls.ts'
import { Quiet } from '../page.tsx'
import { ScrollTable } from '../scroll-table.tsx'

type Item = AskedRun & { version?: string }

type Props = {
  name: string
  items: readonly Item[]
  /** What was asked about the document by the version, where there are several. */
  children: (opened: { document: string; version: string }) => ReactNode
}

/** About which documents models were asked, and how often; what was asked is read one by one. */
export function AskedTable({ name, items, children }: Props) {
  const [opened, open] = useState<string | null>(null)
  if (items.length === 0) return <Quiet>Nothing is kept of what it asked.</Quiet>
  return (
    <ScrollTable name={name} miw={480}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Document</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th data-number>Runs</Table.Th>
          <Table.Th data-number>Questions</Table.Th>
          <Table.Th>Asked of models</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rowsOf(items).map(({ key, document, version, runs, calls }) => (
          <Fragment key={key}>
            <Table.Tr>
              <Table.Th scope="row">
                <bdi>{document}</bdi>
              </Table.Th>
              <Table.Td>{version}</Table.Td>
              <Table.Td data-number>{runs}</Table.Td>
              <Table.Td data-number>{calls}</Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-expanded={opened === key}
                  aria-label={`${opened === key ? 'Hide' : 'Read'} what ${version} asked about ${document}`}
                  onClick={() => open(opened === key ? null : key)}
                >
                  {opened === key ? 'Hide' : 'Read'}
                </Button>
              </Table.Td>
            </Table.Tr>
            {opened === key && (
              <Table.Tr>
                <Table.Td colSpan={5}>{children({ document, version })}</Table.Td>
              </Table.Tr>
            )}
          </Fragment>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

function rowsOf(items: readonly Item[]) {
  const named = items.map(({ version = 'it', ...item }) => ({ ...item, version }))
  const groups = Map.groupBy(named, ({ document, version }) => JSON.stringify([document, version]))
  return [...groups].flatMap(([key, all]) => {
    const [first] = all
    if (first === undefined) return []
    const calls = all.reduce((sum, one) => sum + one.calls, 0)
    return [{ ...first, key, runs: all.length, calls }]
  })
}
