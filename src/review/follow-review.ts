import { ReviewEvent } from '../schema/workplace.ts'
import type { StoredEvent } from '../schema/stored-review.ts'
import type { ReviewHost } from './review-host.ts'
import { reviewedIssue } from './reviewed-issues.ts'

const eventsAtOnce = 200

/**
 * What happens in a review, in order and without gaps, after the event with the number `after`; ends
 * only with the signal, since people may judge at any time.
 */
export async function* followReview(
  { store, signals }: Pick<ReviewHost, 'store' | 'signals'>,
  review: string,
  { after, signal }: { after: number; signal: AbortSignal },
): AsyncGenerator<{ sequence: number; event: ReviewEvent }> {
  let last = after
  using listener = signals.listen(review)
  while (!signal.aborted) {
    const events = await store.events.since(review, { after: last, limit: eventsAtOnce })
    for (const stored of events) {
      last = stored.sequence
      const event = await toEvent({ store }, review, stored)
      if (event !== null) yield { sequence: stored.sequence, event }
    }
    if (events.length === 0) await listener.next(signal)
  }
}

/** A verdict's event names its issue, which is told as it is now. */
async function toEvent(
  { store }: Pick<ReviewHost, 'store'>,
  review: string,
  { kind, content }: StoredEvent,
): Promise<ReviewEvent | null> {
  if (kind !== 'verdict') return ReviewEvent.parse(content)
  const issue = await reviewedIssue(store, review, verdictOf(content))
  return issue === null ? null : { type: 'verdict', issue }
}

function verdictOf(content: StoredEvent['content']): string {
  return typeof content === 'string' ? content : ''
}
