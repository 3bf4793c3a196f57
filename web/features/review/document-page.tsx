import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState, PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'

const route = getRouteApi('/shell/documents/$sha256')

/** A document's newest review, or what stands before the first one. */
export function DocumentPage() {
  const { sha256 } = route.useParams()
  const { may } = useMe()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(
    api.documents.get.queryOptions({
      input: { sha256 },
      refetchInterval: ({ state }) => (state.data?.state === 'reading' ? 1_000 : false),
    }),
  )
  const start = useMutation(
    api.reviews.start.mutationOptions({
      onSuccess: ({ id }) =>
        navigate({ to: '/reviews/$review', params: { review: id }, replace: true }),
    }),
  )
  if (data === undefined) {
    return <PagePending name="Document" what="the document" error={error} retry={refetch} />
  }
  if (data.newestReview !== null && data.state !== 'forgotten') {
    return <Navigate to="/reviews/$review" params={{ review: data.newestReview.id }} replace />
  }
  return (
    <Page name={data.name}>
      <Unreviewed
        document={data}
        start={
          may('reviews:run') && (
            <>
              <Button loading={start.isPending} onClick={() => start.mutate({ document: sha256 })}>
                Start the review
              </Button>
              {start.error && <Failure sentence={sentenceOf(start.error)} />}
            </>
          )
        }
      />
    </Page>
  )
}

function Unreviewed({ document, start }: { document: DocumentEntry; start: ReactNode }) {
  switch (document.state) {
    case 'reading':
      return <PageLoading words="Reading it" />
    case 'failed':
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
      return <EmptyState title="It was not reviewed yet">{start}</EmptyState>
  }
}
