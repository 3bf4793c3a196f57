import { sql, type Kysely } from 'kysely'
import { timeOfId } from '../lib/time-ordered-id.ts'
import type { StoreContext } from './context.ts'
import type { Database, Step } from './database.ts'
import { deleteUnheldSteps } from './dataset-contents.ts'
import { createRetention, type Retention } from './retention.ts'
import { rowsAtOnce } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** What is of no more use is deleted; each may be done again at any time. Times are UTC epoch milliseconds. */
export type Pruning = Retention & {
  /** Events that were kept before the time, of reviews that had ended before it. */
  reviewEvents(before: number): Promise<void>
  /** Sessions and links to set passwords that ended before the time. */
  signIns(before: number): Promise<void>
  /** Marks of requests that were counted before the time, which keep them from being counted twice. */
  spendBatches(before: number): Promise<void>
  /**
   * Examples that were written before the time for a version of a dataset that then was not made, and
   * texts and labels that no example has, or only ones that were made of forgotten documents.
   */
  datasets(before: number): Promise<void>
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
    async datasets(before) {
      for (const version of await unmadeVersions(kysely, before)) {
        await deleteEntries(database, version)
      }
      await atomically([...entryLock(database), ...deleteUnheldSteps(kysely)])
    },
    ...createRetention(database),
    async jobs(before) {
      if (engine === 'postgres') return
      await atomically([{ query: kysely.deleteFrom('jobs').where('ended_at', '<', before) }])
    },
  }
}

async function unmadeVersions(kysely: Kysely<Tables>, before: number): Promise<string[]> {
  const made = new Set(
    (await kysely.selectFrom('dataset_versions').select('id').execute()).map(({ id }) => id),
  )
  const unmade: string[] = []
  // From one version to the next by the index: each has many entries.
  for (let last = ''; ;) {
    const next = await kysely
      .selectFrom('dataset_entries')
      .select('version')
      .where('version', '>', last)
      .orderBy('version')
      .limit(1)
      .executeTakeFirst()
    if (next === undefined) return unmade
    last = next.version
    if (!made.has(last) && timeOfId(last) < before) unmade.push(last)
  }
}

/** A part at a time, so that nobody waits long for the one who writes. */
async function deleteEntries(
  { kysely, atomically }: Pick<Database, 'kysely' | 'atomically'>,
  version: string,
): Promise<void> {
  const some = kysely
    .selectFrom('dataset_entries')
    .select('id')
    .where('version', '=', version)
    .limit(rowsAtOnce)
  const query = kysely
    .deleteFrom('dataset_entries')
    .where('version', '=', version)
    .where('id', 'in', some)
    .returning('id')
  for (;;) if ((await atomically([{ query, required: true }])) === null) return
}

/** Who makes a version writes its entries, then looks which texts are there: never while they go. */
function entryLock({ kysely, engine }: Pick<Database, 'kysely' | 'engine'>): Step[] {
  if (engine === 'sqlite') return []
  const lock = sql`lock table dataset_entries in share mode`
  return [{ query: { compile: () => lock.compile(kysely) } }]
}
