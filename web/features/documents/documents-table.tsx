import { Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { Unseen } from '../../components/page.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { DocumentMenu } from './document-menu.tsx'
import { DocumentState } from './document-state.tsx'
import classes from './documents.module.css'
import { TallyCell } from './tally-cell.tsx'

export function DocumentsTable({ documents }: { documents: DocumentEntry[] }) {
  return (
    <div className={classes.table}>
      <ScrollTable name="List of documents" highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th data-number>Pages</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Issues</Table.Th>
            <Table.Th>Assigned to</Table.Th>
            <Table.Th>Added</Table.Th>
            <Table.Th>
              <Unseen>Actions</Unseen>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {documents.map((document) => (
            <DocumentRow key={document.sha256} document={document} />
          ))}
        </Table.Tbody>
      </ScrollTable>
    </div>
  )
}

function DocumentRow({ document }: { document: DocumentEntry }) {
  const { sha256, name, pages, newestReview, assignedTo, uploadedAt, uploadedBy } = document
  const openable = newestReview !== null && document.state !== 'forgotten'
  return (
    <Table.Tr>
      <Table.Td className={classes.name}>
        <DocumentLink sha256={sha256} review={openable ? newestReview.id : null} name={name} />
      </Table.Td>
      <Table.Td data-number>{pages ?? '–'}</Table.Td>
      <Table.Td>
        <DocumentState document={document} />
      </Table.Td>
      <Table.Td>
        {newestReview === null ? (
          '–'
        ) : (
          <TallyCell tally={newestReview.issues} done={newestReview.state === 'done'} />
        )}
      </Table.Td>
      <Table.Td className={classes.person}>{assignedTo?.name ?? '–'}</Table.Td>
      <Table.Td className={classes.when} title={`by ${uploadedBy.name}`}>
        <When at={uploadedAt} />
      </Table.Td>
      <Table.Td className={classes.menu}>
        <DocumentMenu document={document} />
      </Table.Td>
    </Table.Tr>
  )
}

function DocumentLink({
  sha256,
  review,
  name,
}: {
  sha256: string
  review: string | null
  name: string
}) {
  const look = { className: classes.link ?? '', title: name }
  if (review === null) {
    return (
      <Link to="/documents/$sha256" params={{ sha256 }} {...look}>
        {name}
      </Link>
    )
  }
  return (
    <Link to="/reviews/$review" params={{ review }} {...look}>
      {name}
    </Link>
  )
}
