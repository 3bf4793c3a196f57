import { sql } from 'kysely'
import type { StoreContext } from './context.ts'

/** What is of no more use is deleted; each may be done again at any time. Times are UTC epoch milliseconds. */
export type Pruning = {
  /** Events that were kept before the time, of reviews that had ended before it. */
  reviewEvents(before: number): Promise<void>
  /** Sessions and links to set passwords that ended before the time. */
  signIns(before: number): Promise<void>
  /** Marks of requests that were counted before the time, which keep them from being counted twice. */
  spendBatches(before: number): Promise<void>
  /** Jobs that ended before the time; pg-boss, which has those of PostgreSQL, does that by itself. */
  jobs(before: number): Promise<void>
}

/** Reviews at once, so that nobody waits long for the one who writes. */
const reviewsAtOnce = 50

export function createPruning({ database }: StoreContext): Pruning {
  const { kysely, atomically, engine } = database
  return {
    async reviewEvents(before) {
      for (;;) {
        const rows = await kysely
          .selectFrom('review_events')
          .innerJoin('reviews', 'reviews.id', 'review_events.review')
          .where('reviews.ended_at', '<', before)
          .where('review_events.created_at', '<', before)
          .select('review')
          .distinct()
          .limit(reviewsAtOnce)
          .execute()
        if (rows.length === 0) return
        const query = kysely
          .deleteFrom('review_events')
          .where(
            'review',
            'in',
            rows.map(({ review }) => review),
          )
          .where('created_at', '<', before)
        await atomically([{ query }])
      }
    },
    async signIns(before) {
      // As better-auth writes times.
      const iso = new Date(before).toISOString()
      const time = engine === 'sqlite' ? sql`${iso}` : sql`cast(${iso} as timestamptz)`
      const queries = ['sessions', 'verifications'].map((table) => {
        const query = sql`delete from ${sql.table(table)} where expires_at < ${time}`
        return { query: { compile: () => query.compile(kysely) } }
      })
      await atomically(queries)
    },
    async spendBatches(before) {
      await atomically([
        { query: kysely.deleteFrom('spend_batches').where('created_at', '<', before) },
      ])
    },
    async jobs(before) {
      if (engine === 'postgres') return
      await atomically([{ query: kysely.deleteFrom('jobs').where('ended_at', '<', before) }])
    },
  }
}
