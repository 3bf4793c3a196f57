import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query'
import type { PersonName, ReadMarkKind, ReviewEntry } from '../../../src/schema/workplace.ts'
import { client, isUnreachable, sentenceOf } from '../../api.ts'
import { judgingKey } from '../../components/judging-key.ts'
import { applyEvents } from './review-state.ts'
import { reviewOptions } from './use-review.ts'

type Attempt = { mark: string; kind: ReadMarkKind }

/** Who has read all of the document. As with verdicts, what one says is shown at once and sent behind it. */
export function useReading({ id: review, read }: ReviewEntry, me: PersonName) {
  const queries = useQueryClient()
  const mutationKey = [judgingKey, `read ${review}`]
  const { mutate, error } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    retry: (_count, failure) => isUnreachable(failure),
    retryDelay: (count) => Math.min(250 * 2 ** count, 4_000),
    async mutationFn(attempt: Attempt) {
      const now = await client.reviews.markRead({ review, ...attempt })
      queries.setQueryData(
        reviewOptions(review).queryKey,
        (old) => old && { ...old, ...applyEvents(old, [{ type: 'read', read: now }]) },
      )
    },
  })
  const attempts = useMutationState({
    filters: { mutationKey, status: 'pending' },
    select: ({ state }) => state.variables as Attempt,
  })
  const known = read.by.some(({ person }) => person.id === me.id)
  const own = attempts.length === 0 ? known : attempts.at(-1)?.kind === 'read'
  return {
    own,
    others: read.by.map(({ person }) => person).filter(({ id }) => id !== me.id),
    waiting: attempts.length,
    failure: error === null ? null : sentenceOf(error),
    toggle: () => mutate({ mark: newMark(), kind: own ? 'withdrawn' : 'read' }),
  }
}

/** Not `randomUUID`, which pages have over HTTPS alone. */
function newMark(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
