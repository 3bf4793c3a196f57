import { sql, type Kysely } from 'kysely'
import { StoredEvent } from '../schema/stored-review.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import type { Tables } from './tables.ts'

export type NewEvent = Pick<StoredEvent, 'kind' | 'content'>

/** What happened in a review, numbered from 1 without gaps, so that a watcher can go on where it was. */
export type ReviewEvents = {
  append(review: string, events: NewEvent[]): Promise<void>
  /** Those after a sequence number (0: all), in order. */
  since(review: string, options: { after: number; limit: number }): Promise<StoredEvent[]>
}

export function createReviewEvents({
  database: { kysely, atomically },
  now,
}: StoreContext): ReviewEvents {
  return {
    async append(review, events) {
      if (events.length > 0) await atomically(eventSteps(kysely, { review, events, time: now() }))
    },
    async since(review, { after, limit }) {
      const rows = await kysely
        .selectFrom('review_events')
        .selectAll()
        .where('review', '=', review)
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(limit)
        .execute()
      return rows.map((row) =>
        StoredEvent.parse({
          ...row,
          content: JSON.parse(row.content),
          createdAt: row.created_at,
        }),
      )
    },
  }
}

/**
 * The number is taken first: that locks the review's row, so that a number is never seen before a
 * smaller one.
 */
export function eventSteps(
  kysely: Kysely<Tables>,
  { review, events, time }: { review: string; events: NewEvent[]; time: number },
): Step[] {
  const take = kysely
    .updateTable('reviews')
    .set(({ eb }) => ({ last_event: eb('last_event', '+', events.length) }))
    .where('id', '=', review)
  const last = kysely.selectFrom('reviews').select('last_event').where('id', '=', review)
  const rows = events.map(({ kind, content }, i) => ({
    review,
    sequence: sql<number>`(${last}) - ${sql.lit(events.length - 1 - i)}`,
    kind,
    content: JSON.stringify(content),
    created_at: time,
  }))
  return [{ query: take }, { query: kysely.insertInto('review_events').values(rows) }]
}
