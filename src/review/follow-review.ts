import { ReviewEvent } from '../schema/workplace.ts'
import type { StoredEvent } from '../schema/stored-review.ts'
import type { Store } from '../store/store.ts'
import type { ReviewHost } from './review-host.ts'
import { readStateOf } from './read-state.ts'
import { reviewEntries } from './review-entries.ts'
import { reviewedIssue, reviewedIssues } from './reviewed-issues.ts'

const eventsAtOnce = 200

type Followed = AsyncGenerator<{ sequence: number; event: ReviewEvent }>

/**
 * What happens in a review, in order and without gaps, after the event with the number `after`; ends
 * only with the signal, since people may judge at any time. Where events were deleted since, the review
 * is told as it is now instead.
 */
export async function* followReview(
  { store, signals }: Pick<ReviewHost, 'store' | 'signals'>,
  review: string,
  { after, signal }: { after: number; signal: AbortSignal },
): Followed {
  using listener = signals.listen(review)
  let last = await firstKept(store, review, after)
  if (last > after) yield* stateOf(store, review, { after, last })
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

/** The number of the last event that was deleted after `after`, else `after`. */
async function firstKept(store: Store, review: string, after: number): Promise<number> {
  // Before the events: one that comes in between is there then.
  const lastEvent = (await store.reviews.get(review))?.lastEvent ?? 0
  const [first] = await store.events.since(review, { after, limit: 1 })
  return Math.max(after, first === undefined ? lastEvent : first.sequence - 1)
}

/** Only the last one has the number of what was deleted: who breaks off before is told all of it again. */
async function* stateOf(
  store: Store,
  id: string,
  { after, last }: { after: number; last: number },
): Followed {
  const review = await store.reviews.get(id)
  if (review === null) return
  const [entry] = await reviewEntries(store, [review])
  const agents = entry?.agents ?? []
  const sum = (of: 'parts' | 'partsDone'): number =>
    agents.reduce((total, agent) => total + agent[of], 0)
  const issues = await reviewedIssues(store, { review: id, order: 'document' })
  const events: ReviewEvent[] = [
    { type: 'issues', issues },
    ...agents.map((agent) => ({ type: 'agent' as const, agent })),
    { type: 'progress', done: sum('partsDone'), parts: sum('parts') },
    ...(entry === undefined ? [] : [{ type: 'read' as const, read: entry.read }]),
    { type: 'complete', state: review.state },
  ]
  for (const [i, event] of events.entries()) {
    yield { sequence: i === events.length - 1 ? last : after, event }
  }
}

/** A verdict's event names its issue, and a mark's the document: they are told as they are now. */
async function toEvent(
  { store }: Pick<ReviewHost, 'store'>,
  review: string,
  { kind, content }: StoredEvent,
): Promise<ReviewEvent | null> {
  switch (kind) {
    case 'verdict': {
      const issue = await reviewedIssue(store, review, nameIn(content))
      return issue === null ? null : { type: 'verdict', issue }
    }
    case 'read':
      return { type: 'read', read: await readStateOf(store, nameIn(content)) }
    default:
      return ReviewEvent.parse(content)
  }
}

function nameIn(content: StoredEvent['content']): string {
  return typeof content === 'string' ? content : ''
}
