import { Button, Group, Title } from '@mantine/core'
import { useDebouncedValue, useLocalStorage } from '@mantine/hooks'
import { useState } from 'react'
import { sentenceOf } from '../../api.ts'
import { PageFailure } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { usePageTitle } from '../../components/use-page-title.ts'
import { DocumentsFilters } from './documents-filters.tsx'
import { DocumentsTable, TableLoading } from './documents-table.tsx'
import classes from './documents.module.css'
import { DropZone } from './drop-zone.tsx'
import { NoDocuments } from './no-documents.tsx'
import { ReviewAll } from './review-all.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { useDocuments, type DocumentFilter } from './use-documents.ts'
import { useSent } from './use-sent.ts'
import { useUploads } from './use-uploads.ts'

export function DocumentsPage() {
  usePageTitle('Documents')
  const { may } = useMe()
  const [filter, setFilter] = useState<DocumentFilter>({ search: '', show: 'all' })
  const [search] = useDebouncedValue(filter.search, 200)
  const query = useDocuments({ ...filter, search })
  const documents = query.data?.pages.flatMap(({ items }) => items)
  const [atOnce, setAtOnce] = useLocalStorage({ key: 'proofloop-at-once', defaultValue: true })
  const [ocr, setOcr] = useLocalStorage({ key: 'proofloop-ocr', defaultValue: false })
  const { onSent, locked, closeLocked, onUnlocked } = useSent(atOnce && may('reviews:run'))
  const { uploads, add, clear } = useUploads(onSent, { ocr })
  const filtered = filter.show !== 'all' || search !== ''

  const content = (
    <>
      <UploadProgress uploads={uploads} clear={clear} />
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={1} size="h4">
          Documents
        </Title>
        <Group gap="xs">
          <DocumentsFilters filter={filter} onFilter={setFilter} />
          {documents !== undefined && may('reviews:run') && <ReviewAll documents={documents} />}
        </Group>
      </Group>
      {query.error && documents === undefined && (
        <PageFailure
          title="The documents cannot be shown"
          sentence={sentenceOf(query.error)}
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <TableLoading />}
      {documents?.length === 0 && <NoDocuments filtered={filtered} />}
      {documents !== undefined && documents.length > 0 && <DocumentsTable documents={documents} />}
      {query.hasNextPage && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  )
  if (!may('documents:upload')) return <div className={classes.page}>{content}</div>
  return (
    <DropZone
      onFiles={(files) => void add(files)}
      choices={{ atOnce, ocr }}
      onAtOnce={setAtOnce}
      onOcr={setOcr}
    >
      {content}
      {locked !== null && (
        <PasswordDialog document={locked} close={closeLocked} onRead={onUnlocked} />
      )}
    </DropZone>
  )
}
