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

/** Where it is narrow, rows are laid out as blocks, which browsers take for no table any more: so roles. */
export function DocumentsTable({ documents }: { documents: DocumentEntry[] }) {
  return (
    <div className={classes.table}>
      <ScrollTable name="List of documents" role="table" highlightOnHover verticalSpacing={6}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            <Table.Th role="columnheader">Name</Table.Th>
            <Table.Th role="columnheader" data-number>
              Pages
            </Table.Th>
            <Table.Th role="columnheader">State</Table.Th>
            <Table.Th role="columnheader">Issues</Table.Th>
            <Table.Th role="columnheader">Assigned to</Table.Th>
            <Table.Th role="columnheader">Added</Table.Th>
            <Table.Th role="columnheader">
              <Unseen>Actions</Unseen>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {documents.map((document) => (
            <DocumentRow key={document.sha256} document={document} />
          ))}
        </Table.Tbody>
      </ScrollTable>
    </div>
  )
}

function DocumentRow({ document }: { document: DocumentEntry }) {
  const { sha256, name, pages, newestReview, read, assignedTo, uploadedAt, uploadedBy } = document
  const openable = newestReview !== null && document.state !== 'forgotten'
  return (
    <Table.Tr role="row">
      <Table.Td role="cell" className={classes.name}>
        <DocumentLink sha256={sha256} review={openable ? newestReview.id : null} name={name} />
      </Table.Td>
      <Table.Td role="cell" data-number>
        {pages ?? '–'}
      </Table.Td>
      <Table.Td role="cell">
        <DocumentState document={document} />
      </Table.Td>
      <Table.Td role="cell">
        {newestReview === null ? (
          '–'
        ) : (
          <TallyCell
            tally={newestReview.issues}
            done={newestReview.state === 'done'}
            readBy={read.by.map(({ person }) => person.name)}
          />
        )}
      </Table.Td>
      <Table.Td role="cell" className={classes.person}>
        {assignedTo?.name ?? '–'}
      </Table.Td>
      <Table.Td role="cell" className={classes.when} title={`by ${uploadedBy.name}`}>
        <When at={uploadedAt} />
      </Table.Td>
      <Table.Td role="cell" className={classes.menu}>
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
