import { sql, type Kysely, type Selectable } from 'kysely'
import type { Issue } from '../schema/issue.ts'
import type { StoredError } from '../schema/stored-error.ts'
import { PartTally, ReviewPart } from '../schema/stored-review.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { createInsertRows, type InsertRows } from './insert-rows.ts'
import { prepared, type ValueOf } from './prepared.ts'
import { createEventSteps, type NewEvent } from './review-events.ts'
import { batches, errorColumns, errorOf, flag } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** One agent on one chunk of a review. */
type PartKey = { review: string; agent: string; chunk: number }

/** The parts of a review, so that a crash repeats only what had not ended. */
export type ReviewParts = {
  /** Those that are planned already stay as they are. */
  plan(review: string, parts: Omit<PartKey, 'review'>[]): Promise<void>
  list(review: string): Promise<ReviewPart[]>
  /** How far the reviews are, without reading each part. */
  tally(reviews: string[]): Promise<PartTally[]>
  /**
   * Keeps the issues, how many more were left out (default: none), the end of the part and the events that tell of it, or nothing.
   * @returns false when it was done before, or the review has ended: then nothing is kept
   */
  finish(
    part: PartKey,
    found: { issues: Issue[]; leftOut?: number; events: NewEvent[] },
  ): Promise<boolean>
  /** As `finish`, for a part that may be tried again. */
  fail(part: PartKey, why: { error: StoredError; events: NewEvent[] }): Promise<boolean>
}

export function createReviewParts(context: StoreContext): ReviewParts {
  const { kysely, atomically } = context.database
  const insertRows = createInsertRows(context.database)
  const addEvents = createEventSteps(kysely)
  const endPart = prepared<EndedPart>((value) => endOfPart(kysely, value))
  return {
    async plan(review, parts) {
      const queries = batches(parts).map((batch) =>
        kysely
          .insertInto('review_parts')
          .values(batch.map((part) => ({ review, ...part, state: 'pending' })))
          .onConflict((conflict) => conflict.columns(['review', 'agent', 'chunk']).doNothing()),
      )
      if (queries.length > 0) await atomically(queries.map((query) => ({ query })))
    },
    async list(review) {
      const rows = await kysely
        .selectFrom('review_parts')
        .selectAll()
        .where('review', '=', review)
        .orderBy('chunk')
        .orderBy('agent')
        .execute()
      return rows.map(partOf)
    },
    tally: (reviews) => tally(kysely, reviews),
    async finish(part, { issues, leftOut = 0, events }) {
      const time = context.now()
      const counts = { issues: issues.length, left_out: leftOut, ...errorColumns(null) }
      const end = endPart({ ...part, state: 'done', ended_at: time, ...counts })
      const steps = [
        { query: end, required: true },
        ...issueSteps(insertRows, part, issues),
        ...addEvents({ review: part.review, events, time }),
      ]
      return (await atomically(steps)) !== null
    },
    async fail(part, { error, events }) {
      const time = context.now()
      const counts = { issues: null, left_out: null, ...errorColumns(error) }
      const end = endPart({ ...part, state: 'failed', ended_at: time, ...counts })
      const steps = [
        { query: end, required: true },
        ...addEvents({ review: part.review, events, time }),
      ]
      return (await atomically(steps)) !== null
    },
  }
}

async function tally(kysely: Kysely<Tables>, reviews: string[]): Promise<PartTally[]> {
  if (reviews.length === 0) return []
  const rows = await kysely
    .selectFrom('review_parts')
    .where('review', 'in', reviews)
    .groupBy(['review', 'agent', 'state'])
    .orderBy('agent')
    .select((eb) => [
      'review',
      'agent',
      'state',
      eb.fn.countAll<number>().as('parts'),
      // PostgreSQL sums in a type that it hands out as text.
      sql<number>`cast(coalesce(sum(issues), 0) as bigint)`.as('issues'),
      sql<number>`cast(coalesce(sum(left_out), 0) as bigint)`.as('leftOut'),
      eb.fn.max('error_code').as('error_code'),
      eb.fn.max('error_message').as('error_message'),
    ])
    .execute()
  return rows.map((row) => PartTally.parse({ ...row, error: errorOf(row) }))
}

function partOf(row: Selectable<Tables['review_parts']>): ReviewPart {
  const [leftOut, endedAt] = [row.left_out, row.ended_at]
  return ReviewPart.parse({ ...row, error: errorOf(row), leftOut, endedAt })
}

type EndedPart = Tables['review_parts']

/** Of a part that is not done yet, in a review that has not ended. */
function endOfPart(kysely: Kysely<Tables>, value: ValueOf<EndedPart>) {
  const open = kysely
    .selectFrom('reviews')
    .select('id')
    .where('id', '=', value('review'))
    .where('state', 'in', ['queued', 'running'])
  return kysely
    .updateTable('review_parts')
    .where('review', 'in', open)
    .where('agent', '=', value('agent'))
    .where('chunk', '=', value('chunk'))
    .where('state', '!=', 'done')
    .set({
      state: value('state'),
      issues: value('issues'),
      left_out: value('left_out'),
      ended_at: value('ended_at'),
      error_code: value('error_code'),
      error_message: value('error_message'),
    })
}

export function issueSteps(insertRows: InsertRows, part: PartKey, issues: Issue[]): Step[] {
  const rows = issues.map((issue) => issueRow(part, issue))
  const texts = issues.map((issue) => ({ issue: issue.id, content: JSON.stringify(issue) }))
  return [...insertRows('issues', rows), ...insertRows('issue_texts', texts)]
}

function issueRow({ review, chunk }: PartKey, issue: Issue) {
  const { page, paragraph, start, end } = issue.location
  return {
    id: issue.id,
    review,
    agent: issue.agent,
    chunk,
    type: issue.type,
    score: issue.score,
    unresolved: flag(issue.unresolved),
    page,
    paragraph,
    start_offset: start,
    end_offset: end,
  }
}
