import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { reviewOptions } from './use-review.ts'
import type { Workplace } from './use-workplace.ts'

/** Stop while it runs; afterwards, run the agents once more. */
export function RunButtons({ work }: { work: Workplace }) {
  const { review } = work
  const queries = useQueryClient()
  const navigate = useNavigate()
  const stop = useMutation(
    api.reviews.stop.mutationOptions({
      onSuccess(stopped) {
        const { queryKey } = reviewOptions(review.id)
        queries.setQueryData(queryKey, (old) => old && { ...old, review: stopped })
      },
    }),
  )
  const start = useMutation(
    api.reviews.start.mutationOptions({
      onSuccess: ({ id }) => navigate({ to: '/reviews/$review', params: { review: id } }),
    }),
  )
  if (!work.may('reviews:run')) return null
  const failure = stop.error ?? start.error
  const runs = review.state === 'running' || review.state === 'queued'
  return (
    <>
      {failure && <Failure sentence={sentenceOf(failure)} />}
      {runs ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate({ review: review.id })}
        >
          Stop
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          loading={start.isPending}
          onClick={() => start.mutate({ document: review.document.sha256 })}
        >
          Review again
        </Button>
      )}
    </>
  )
}
