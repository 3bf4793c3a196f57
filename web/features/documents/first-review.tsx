import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'

/** One click from a new document to the issues as they arrive. */
export function FirstReview({ document }: { document: DocumentEntry }) {
  const { may } = useMe()
  const navigate = useNavigate()
  const start = useMutation(
    api.reviews.start.mutationOptions({
      onSuccess: ({ id }) => navigate({ to: '/reviews/$review', params: { review: id } }),
    }),
  )
  if (!may('reviews:run')) return <Text size="sm">New</Text>
  return (
    <>
      <Button
        size="compact-sm"
        variant="light"
        loading={start.isPending}
        aria-label={`Review ${document.name}`}
        onClick={() => start.mutate({ document: document.sha256 })}
      >
        Review
      </Button>
      {start.error && <Failure sentence={sentenceOf(start.error)} />}
    </>
  )
}
