import { ActionIcon, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { addressOf, api, sentenceOf } from '../../api.ts'
import { Icon } from '../../components/icon.tsx'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'
import { AssignDialog } from './assign-dialog.tsx'
import { ForgetDialog } from './forget-dialog.tsx'
import { unreadPages } from './readable.ts'

/** What can be done with one document. */
export function DocumentMenu({ document }: { document: DocumentEntry }) {
  const { may } = useMe()
  const [dialog, setDialog] = useState<'assign' | 'forget' | null>(null)
  const queries = useQueryClient()
  const start = useMutation(
    api.reviews.start.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.documents.list.key() }),
    }),
  )
  const read = useMutation(
    api.documents.read.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.documents.list.key() }),
    }),
  )
  const unread = unreadPages(document)
  const close = (): void => setDialog(null)
  const ready = document.state === 'ready'
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${document.name}`}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ready && may('reviews:run') && (
            <Menu.Item onClick={() => start.mutate({ document: document.sha256 })}>
              {document.newestReview === null ? 'Review' : 'Review again'}
            </Menu.Item>
          )}
          {ready && unread > 0 && may('documents:upload') && (
            <Menu.Item onClick={() => read.mutate({ sha256: document.sha256, ocr: true })}>
              Read {count(unread, 'page')} by OCR
            </Menu.Item>
          )}
          {document.state === 'failed' && may('documents:upload') && (
            <Menu.Item onClick={() => read.mutate({ sha256: document.sha256 })}>
              Read again
            </Menu.Item>
          )}
          {may('documents:assign') && (
            <Menu.Item onClick={() => setDialog('assign')}>Assign…</Menu.Item>
          )}
          {document.state !== 'forgotten' && (
            <Menu.Item
              component="a"
              href={addressOf.file(document.sha256)}
              download={document.name}
            >
              Download the file
            </Menu.Item>
          )}
          {may('documents:forget') && document.state !== 'forgotten' && (
            <Menu.Item c="var(--failure)" onClick={() => setDialog('forget')}>
              Delete text and file…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {start.error && <Failure sentence={sentenceOf(start.error)} />}
      {read.error && <Failure sentence={sentenceOf(read.error)} />}
      {dialog === 'assign' && <AssignDialog document={document} close={close} />}
      {dialog === 'forget' && <ForgetDialog document={document} close={close} />}
    </>
  )
}
