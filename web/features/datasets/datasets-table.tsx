import { Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ListedDataset } from '../../../src/schema/api/datasets.ts'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './datasets.module.css'
import { SplitCell, splitsIn, splitWords } from './split-sizes.tsx'
import { TypeCounts } from './type-counts.tsx'

export function DatasetsTable({ datasets }: { datasets: ListedDataset[] }) {
  const splits = splitsIn(datasets)
  return (
    <ScrollTable
      name="List of datasets"
      isStacked
      highlightOnHover
      verticalSpacing={6}
      miw={{ base: 0, sm: 940 }}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Owner</Table.Th>
          {splits.map((split) => (
            <Table.Th key={split}>{splitWords[split]}</Table.Th>
          ))}
          <Table.Th>Types</Table.Th>
          <Table.Th>Newest version</Table.Th>
          <Table.Th>By</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {datasets.map((dataset) => (
          <Table.Tr key={dataset.dataset}>
            <Table.Th scope="row">
              <Link to="/datasets/$dataset" params={{ dataset: dataset.dataset }}>
                {dataset.dataset}
              </Link>
            </Table.Th>
            <Table.Td data-name="Owner" className={classes.person}>
              {dataset.owner?.name ?? 'no owner yet'}
            </Table.Td>
            {splits.map((split) => (
              <Table.Td key={split} data-name={splitWords[split]}>
                <SplitCell version={dataset} split={split} />
              </Table.Td>
            ))}
            <Table.Td data-name="Types" className={classes.types}>
              <TypeCounts splits={dataset.splits} most={4} />
            </Table.Td>
            <Table.Td data-name="Newest version" className={classes.version}>
              <code title={dataset.hash}>{shortHash(dataset.hash)}</code>{' '}
              <When at={dataset.createdAt} />
            </Table.Td>
            <Table.Td data-name="By" className={classes.person}>
              {dataset.createdBy.name}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}
