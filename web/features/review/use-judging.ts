import { safe } from '@orpc/client'
import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Judgement } from '../../../src/schema/verdict.ts'
import type { PersonName, ReviewedIssue } from '../../../src/schema/workplace.ts'
import { client, isUnreachable, sentenceOf } from '../../api.ts'
import { judgingKey } from '../../components/judging-key.ts'
import { fasterInWords, type Attempt } from './judged.ts'
import { applyEvents } from './review-state.ts'
import { reviewOptions } from './use-review.ts'

/** Why a judgement did not come through: somebody was faster, or the server refused it. */
export type Refusal = { issue: string; sentence: string }

/**
 * Judgements are shown at once and sent one after the other, in their order. While the server is away
 * they wait; one that the server took without being able to say so is recognised as one's own.
 */
export function useJudging(review: string, me: PersonName) {
  const queries = useQueryClient()
  const { queryKey } = reviewOptions(review)
  const mutationKey = [judgingKey, review]
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  const take = (issue: ReviewedIssue): void => {
    queries.setQueryData(
      queryKey,
      (old) => old && { ...old, ...applyEvents(old, [{ type: 'verdict', issue }]) },
    )
  }
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    retry: (_count, error) => isUnreachable(error),
    retryDelay: (count) => Math.min(250 * 2 ** count, 4_000),
    async mutationFn({ issue, judgement }: Attempt) {
      const known = queries.getQueryData(queryKey)?.issues.find((one) => one.issue.id === issue)
      if (known === undefined) return
      const { version } = known
      const answer = await safe(client.reviews.judge({ review, issue, version, judgement }))
      if (answer.error === null) return take(answer.data)
      if (!answer.isDefined || answer.error.code !== 'CONFLICT') throw answer.error
      const theirs = answer.error.data.issue
      take(theirs)
      if (!isOwn(theirs, judgement, me)) throw new Faster(theirs, me)
    },
    onMutate: () => setRefusal(null),
    onError: (error, { issue }) =>
      setRefusal({ issue, sentence: error instanceof Faster ? error.message : sentenceOf(error) }),
  })
  const attempts = useMutationState({
    filters: { mutationKey, status: 'pending' },
    select: ({ state }) => state.variables as Attempt,
  })
  const judge = useCallback(
    (issue: string, judgement: Judgement) => mutate({ issue, judgement }),
    [mutate],
  )
  return { judge, attempts, refusal, take }
}

class Faster extends Error {
  constructor(issue: ReviewedIssue, me: PersonName) {
    super(fasterInWords(issue.verdicts, me))
  }
}

/** The answer to an earlier attempt was lost on the way. */
function isOwn(issue: ReviewedIssue, judgement: Judgement, me: PersonName): boolean {
  const newest = issue.verdicts.at(-1)
  return (
    newest?.person.id === me.id && JSON.stringify(newest.judgement) === JSON.stringify(judgement)
  )
}
