import { useDebouncedValue, useLocalStorage } from '@mantine/hooks'
import { useState } from 'react'
import { Page } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { DocumentsFilters } from './documents-filters.tsx'
import { DocumentsTable } from './documents-table.tsx'
import { DropZone, type SplitChoice } from './drop-zone.tsx'
import { NoDocuments } from './no-documents.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { ReviewAll } from './review-all.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { useDocuments, type DocumentFilter } from './use-documents.ts'
import { useSent } from './use-sent.ts'
import { useUploads } from './use-uploads.ts'

export function DocumentsPage() {
  const { may } = useMe()
  const [filter, setFilter] = useState<DocumentFilter>({ search: '', show: 'all' })
  const [search] = useDebouncedValue(filter.search, 200)
  const query = useDocuments({ ...filter, search })
  const documents = query.data?.pages.flatMap(({ items }) => items)
  const [atOnce, setAtOnce] = useLocalStorage({ key: 'proofloop-at-once', defaultValue: true })
  const [ocr, setOcr] = useLocalStorage({ key: 'proofloop-ocr', defaultValue: false })
  const [split, setSplit] = useState<SplitChoice>('drawn')
  // What an engineer brings is of evaluation, also where they are custodian, too.
  const saysSplits = may('datasets:write') && !may('flows:draft')
  const { onSent, locked, closeLocked, onUnlocked } = useSent(atOnce && may('reviews:run'))
  const { uploads, add, clear } = useUploads(onSent, { ocr, split })
  const filtered = filter.show !== 'all' || search !== ''

  const actions = (
    <>
      <DocumentsFilters filter={filter} onFilter={setFilter} />
      {documents !== undefined && may('reviews:run') && <ReviewAll documents={documents} />}
    </>
  )
  return (
    <Page name="Documents" actions={actions}>
      {may('documents:upload') && (
        <DropZone
          onFiles={(files) => void add(files)}
          choices={{ atOnce, ocr, split }}
          onAtOnce={setAtOnce}
          onOcr={setOcr}
          onSplit={saysSplits ? setSplit : undefined}
        />
      )}
      {locked !== null && (
        <PasswordDialog document={locked} close={closeLocked} onRead={onUnlocked} />
      )}
      <UploadProgress uploads={uploads} clear={clear} />
      <ListPending what="the documents" query={query} />
      {documents?.length === 0 && <NoDocuments filtered={filtered} />}
      {documents !== undefined && documents.length > 0 && <DocumentsTable documents={documents} />}
      <ShowMore query={query} />
    </Page>
  )
}
