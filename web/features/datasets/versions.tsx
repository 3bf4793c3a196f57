import { Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { changesInWords } from './changes-in-words.ts'
import classes from './datasets.module.css'
import { SplitCell, splitsIn, splitWords } from './split-sizes.tsx'

type Props = {
  versions: DatasetVersionEntry[]
  /** Whether the first version is among them. */
  isWhole: boolean
}

/** Newest first, each with what it changed. */
export function Versions({ versions, isWhole }: Props) {
  const splits = splitsIn(versions)
  const tellsSource = versions.some(({ provenance }) => provenance !== null)
  return (
    <ScrollTable
      name="List of versions"
      isStacked
      highlightOnHover
      verticalSpacing={6}
      miw={{ base: 0, sm: 940 }}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Version</Table.Th>
          <Table.Th>Added</Table.Th>
          <Table.Th>By</Table.Th>
          {splits.map((split) => (
            <Table.Th key={split}>{splitWords[split]}</Table.Th>
          ))}
          <Table.Th>Changed</Table.Th>
          {tellsSource && <Table.Th>Made of</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map((version, index) => {
          const older = versions[index + 1]
          return (
            <Table.Tr key={version.hash}>
              <Table.Td data-name="Version" className={classes.version}>
                <VersionLink version={version} />
              </Table.Td>
              <Table.Td data-name="Added">
                <When at={version.createdAt} />
              </Table.Td>
              <Table.Td data-name="By" className={classes.person}>
                {version.createdBy.name}
              </Table.Td>
              {splits.map((split) => (
                <Table.Td key={split} data-name={splitWords[split]}>
                  <SplitCell version={version} split={split} />
                </Table.Td>
              ))}
              <Table.Td data-name="Changed" className={classes.changes}>
                {older === undefined && (isWhole ? changesInWords(version, null) : '…')}
                {older !== undefined && <Changes version={version} before={older} />}
              </Table.Td>
              {tellsSource && (
                <Table.Td data-name="Made of" className={classes.changes}>
                  {sourceInWords(version)}
                </Table.Td>
              )}
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </ScrollTable>
  )
}

function VersionLink({ version: { dataset, hash } }: { version: DatasetVersionEntry }) {
  return (
    <Link
      to="/datasets/$dataset/versions/$version"
      params={{ dataset, version: hash }}
      title={hash}
    >
      <code>{shortHash(hash)}</code>
    </Link>
  )
}

type Compared = { version: DatasetVersionEntry; before: DatasetVersionEntry }

function Changes({ version, before }: Compared) {
  const { dataset, hash } = version
  return (
    <Link
      to="/datasets/$dataset/compare"
      params={{ dataset }}
      search={{ from: before.hash, to: hash }}
      title="Show what differs"
    >
      {changesInWords(version, before)}
    </Link>
  )
}

const sources: Record<string, string> = {
  labels: 'labels of an example',
  'label-sets': 'labels of several people',
  document: 'a document to label',
  reviews: 'reviews',
  rotation: 'reviews, and a third of test retired',
}

function sourceInWords({ provenance }: DatasetVersionEntry): string {
  if (provenance === null) return ''
  const { source, note } = provenance
  return [sources[source] ?? source, ...(note === null ? [] : [note])].join(': ')
}
