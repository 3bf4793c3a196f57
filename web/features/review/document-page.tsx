import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate, useNavigate } from '@tanstack/react-router'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { EmptyState, PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'

const route = getRouteApi('/shell/documents/$sha256')

/** A document's newest review, or what stands before the first one. */
export function DocumentPage() {
  const { sha256 } = route.useParams()
  const { may } = useMe()
  const navigate = useNavigate()
  const { data, error } = useQuery(
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
  if (error)
    return <PageFailure title="This document cannot be shown" sentence={sentenceOf(error)} />
  if (data === undefined) return <PageLoading words="Opening the document" />
  if (data.newestReview !== null && data.state !== 'forgotten') {
    return <Navigate to="/reviews/$review" params={{ review: data.newestReview.id }} replace />
  }
  switch (data.state) {
    case 'reading':
      return <PageLoading words={`Reading ${data.name}`} />
    case 'failed':
      return (
        <PageFailure title={data.name} sentence={data.error?.message ?? 'It could not be read.'} />
      )
    case 'forgotten':
      return (
        <EmptyState title={data.name}>
          Its text and file were deleted. Verdicts and counts stay.
        </EmptyState>
      )
    case 'ready':
      return (
        <EmptyState title={data.name}>
          It was not reviewed yet.
          {may('reviews:run') && (
            <p>
              <Button loading={start.isPending} onClick={() => start.mutate({ document: sha256 })}>
                Start the review
              </Button>
            </p>
          )}
          {start.error && <Failure sentence={sentenceOf(start.error)} />}
        </EmptyState>
      )
  }
}
