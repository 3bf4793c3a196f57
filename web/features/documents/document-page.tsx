import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { LabelDocument } from '../../components/label-document.tsx'
import { NotFound } from '../../components/not-found.tsx'
import { Page } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState, PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { FirstReview } from './first-review.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { needsPassword } from './readable.ts'

const route = getRouteApi('/shell/documents/$sha256')
const back = { to: '/documents', label: 'All documents' } as const

/** A document's newest review, or what stands before the first one. */
export function DocumentPage() {
  const { sha256 } = route.useParams()
  return /^[0-9a-f]{64}$/u.test(sha256) ? <OneDocument sha256={sha256} /> : <NotFound />
}

function OneDocument({ sha256 }: { sha256: string }) {
  const { data, error, refetch } = useQuery(
    api.documents.get.queryOptions({
      input: { sha256 },
      refetchInterval: ({ state }) => (state.data?.state === 'reading' ? 1_000 : false),
    }),
  )
  if (data === undefined) {
    const pending = { what: 'the document', error, retry: refetch }
    return <PagePending name="Document" back={back} {...pending} />
  }
  if (data.newestReview !== null && data.state !== 'forgotten') {
    return <Navigate to="/reviews/$review" params={{ review: data.newestReview.id }} replace />
  }
  return (
    <Page name={data.name} back={back}>
      <Unreviewed document={data} onRead={() => void refetch()} />
    </Page>
  )
}

type Props = { document: DocumentEntry; onRead: () => void }

function Unreviewed({ document, onRead }: Props) {
  const { may } = useMe()
  switch (document.state) {
    case 'reading':
      return <PageLoading words="Reading it" />
    case 'failed':
      if (needsPassword(document) && may('documents:upload')) {
        return <Locked document={document} onRead={onRead} />
      }
      return (
        <PageFailure
          title="It could not be read"
          sentence={document.error?.message ?? 'Upload it again.'}
        />
      )
    case 'forgotten':
      return (
        <EmptyState title="Deleted">
          Its text and file were deleted. Verdicts and counts stay.
        </EmptyState>
      )
    case 'ready':
      return (
        <EmptyState title="It was not reviewed yet">
          <Group gap="xs">
            <FirstReview document={document} />
            <LabelDocument document={document} />
          </Group>
        </EmptyState>
      )
  }
}

function Locked({ document, onRead }: Props) {
  const [asking, setAsking] = useState(false)
  return (
    <EmptyState title="It is encrypted">
      <Button size="compact-sm" variant="light" onClick={() => setAsking(true)}>
        Give the password
      </Button>
      {asking && (
        <PasswordDialog document={document} close={() => setAsking(false)} onRead={onRead} />
      )}
    </EmptyState>
  )
}
