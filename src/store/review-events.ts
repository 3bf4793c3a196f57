import { sql, type Kysely } from 'kysely'
import { StoredEvent } from '../schema/stored-review.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { prepared, type ValueOf } from './prepared.ts'
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
  const addEvents = createEventSteps(kysely)
  return {
    async append(review, events) {
      if (events.length > 0) await atomically(addEvents({ review, events, time: now() }))
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

/** Steps that add events to a review. */
export type EventSteps = (added: { review: string; events: NewEvent[]; time: number }) => Step[]

/**
 * The number is taken first: that locks the review's row, so that a number is never seen before a
 * smaller one.
 */
export function createEventSteps(kysely: Kysely<Tables>): EventSteps {
  const take = prepared<{ review: string; count: number }>((value) =>
    kysely
      .updateTable('reviews')
      .set(({ eb }) => ({ last_event: eb('last_event', '+', value('count')) }))
      .where('id', '=', value('review')),
  )
  const insert = prepared<NewRow>((value) => insertEvent(kysely, value))
  return ({ review, events, time }) => {
    if (events.length === 0) return []
    const rows = events.map(({ kind, content }, i) => ({
      review,
      kind,
      content: JSON.stringify(content),
      created_at: time,
      later: events.length - 1 - i,
    }))
    const inserts = rows.map((row) => ({ query: insert(row) }))
    return [{ query: take({ review, count: events.length }) }, ...inserts]
  }
}

/** `later`: how many events of the same time come after it. */
type NewRow = Omit<Tables['review_events'], 'sequence'> & { later: number }

function insertEvent(kysely: Kysely<Tables>, value: ValueOf<NewRow>) {
  const last = kysely.selectFrom('reviews').select('last_event').where('id', '=', value('review'))
  return kysely.insertInto('review_events').values({
    review: value('review'),
    sequence: sql<number>`(${last}) - cast(${value('later')} as bigint)`,
    kind: value('kind'),
    content: value('content'),
    created_at: value('created_at'),
  })
}
