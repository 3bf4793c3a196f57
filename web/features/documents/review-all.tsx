import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'

/** Reviews all of the documents in the list that have no review yet. */
export function ReviewAll({ documents }: { documents: DocumentEntry[] }) {
  const queries = useQueryClient()
  const start = useMutation(
    api.reviews.startMany.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.documents.list.key() }),
    }),
  )
  const fresh = documents.filter(
    ({ state, newestReview }) => state === 'ready' && newestReview === null,
  )
  if (fresh.length < 2) return null
  return (
    <>
      <Button
        size="xs"
        loading={start.isPending}
        onClick={() => start.mutate({ documents: fresh.map(({ sha256 }) => sha256) })}
      >
        Review all {fresh.length} new
      </Button>
      {start.error && <Failure sentence={sentenceOf(start.error)} />}
    </>
  )
}
