import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ReviewEvent } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { followReview } from './follow-review.ts'
import { applyEvents, withNewest, type ReviewState } from './review-state.ts'

/** Events that come together are shown together. */
const flushAfter = 60

export function reviewOptions(review: string) {
  return api.reviews.issues.queryOptions({
    input: { review },
    // Events keep it up to date.
    staleTime: Infinity,
    // Instead of comparing 2,000 issues deeply. It has only states of this review.
    structuralSharing: (known, read) =>
      withNewest(known as ReviewState | undefined, read as ReviewState),
  })
}

/** A review and its issues, kept up to date by the server. */
export function useReview(review: string) {
  const queries = useQueryClient()
  const query = useQuery(reviewOptions(review))
  const loaded = query.isSuccess
  useEffect(() => {
    if (!loaded) return
    const abort = new AbortController()
    const { queryKey } = reviewOptions(review)
    const after = queries.getQueryData(queryKey)?.lastEvent ?? 0
    let waiting: ReviewEvent[] = []
    const flush = (): void => {
      const events = waiting
      waiting = []
      queries.setQueryData(
        queryKey,
        (state) => state && { ...state, ...applyEvents(state, events) },
      )
    }
    const tell = (event: ReviewEvent): void => {
      if (waiting.push(event) === 1) setTimeout(flush, flushAfter)
    }
    void followReview(review, { after, signal: abort.signal, tell })
    return () => abort.abort()
  }, [review, loaded, queries])
  return query
}
