import { Skeleton, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { When } from '../../components/when.tsx'
import { DocumentMenu } from './document-menu.tsx'
import { DocumentState } from './document-state.tsx'
import classes from './documents.module.css'
import { TallyCell } from './tally-cell.tsx'

export function DocumentsTable({ documents }: { documents: DocumentEntry[] }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label="List of documents">
      <Table highlightOnHover verticalSpacing={6} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th className={classes.number}>Pages</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Issues</Table.Th>
            <Table.Th>Assigned to</Table.Th>
            <Table.Th>Added</Table.Th>
            <Table.Th>
              <span className={classes.unseen}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {documents.map((document) => (
            <DocumentRow key={document.sha256} document={document} />
          ))}
        </Table.Tbody>
      </Table>
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
      <Table.Td className={classes.number}>{pages ?? '–'}</Table.Td>
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

export function TableLoading() {
  return (
    <div role="status" aria-label="Loading the documents">
      {Array.from({ length: 6 }, (_, row) => (
        <Skeleton key={row} height={24} my={10} radius="sm" />
      ))}
    </div>
  )
}
