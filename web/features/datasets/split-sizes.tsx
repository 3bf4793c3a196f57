import { Table } from '@mantine/core'
import type { Split } from '../../../src/schema/access.ts'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../../components/page.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { TypeCounts } from './type-counts.tsx'

/** A split that is added is missing here when it compiles. */
export const splitWords: Record<Split, string> = {
  evaluation: 'Evaluation',
  test: 'Test',
  audit: 'Audit',
}

type Sizes = Pick<DatasetVersionEntry, 'splits'>

/** Those that have examples in any of the versions: others are not there for who reads. */
export function splitsIn(versions: readonly Sizes[]): Split[] {
  const found = new Set(versions.flatMap(({ splits }) => splits.map(({ split }) => split)))
  return (Object.keys(splitWords) as Split[]).filter((split) => found.has(split))
}

export function SplitCell({ version, split }: { version: Sizes; split: Split }) {
  const size = version.splits.find((one) => one.split === split)
  if (size === undefined) return <>–</>
  return (
    <>
      {count(size.issues, 'issue')} in {count(size.examples, 'example')}
    </>
  )
}

/** What each split of a version holds. */
export function SplitSizes({ splits }: Sizes) {
  if (splits.length === 0) return <Quiet>It holds nothing that you may see.</Quiet>
  return (
    <ScrollTable name="Sizes of the splits" isStacked miw={{ base: 0, sm: 420 }} maw="60rem">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Split</Table.Th>
          <Table.Th data-number>Examples</Table.Th>
          <Table.Th data-number>Issues</Table.Th>
          <Table.Th>Types</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {splits.map((size) => (
          <Table.Tr key={size.split}>
            <Table.Th scope="row">{splitWords[size.split]}</Table.Th>
            <Table.Td data-name="Examples" data-number>
              {size.examples}
            </Table.Td>
            <Table.Td data-name="Issues" data-number>
              {size.issues}
            </Table.Td>
            <Table.Td data-name="Types">
              <TypeCounts splits={[size]} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}
