import type { Kysely } from 'kysely'
import type { ReviewDocument } from '../schema/document.ts'
import type { Issue } from '../schema/issue.ts'
import type { StoredError } from '../schema/stored-error.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { addSteps, type Filing, type NewDocument, readySteps } from './documents.ts'
import { createInsertRows, type InsertRows } from './insert-rows.ts'
import { createEventSteps, type NewEvent } from './review-events.ts'
import { issueSteps } from './review-parts.ts'
import { type NewReview, newReviewColumns } from './reviews.ts'
import { errorColumns } from './row-columns.ts'
import type { Tables } from './tables.ts'

type Part = { agent: string; chunk: number }

type FinishedPart = (Part & { issues: Issue[]; leftOut: number }) | (Part & { error: StoredError })

type ReadFiling = { text: ReviewDocument } & Pick<Filing, 'ofText' | 'signature'>

type FinishedReview = {
  /** Of a review that has ended; `startedAt` is when it was asked for, too. */
  review: NewReview & { state: 'done' | 'partial' | 'failed'; startedAt: number }
  parts: FinishedPart[]
  events: NewEvent[]
  /** Added with it; left out, the document is there and ready. */
  document?: NewDocument & ReadFiling
}

/** Reviews that were run somewhere else. */
export type FinishedReviews = {
  /**
   * Everything or nothing.
   * @returns false, and nothing is kept, when the document is not as the caller took it to be: it was
   * added or forgotten meanwhile, its group became one that engineers must not see, or another document was
   * signed since copies of it were looked up
   */
  keep(finished: FinishedReview): Promise<boolean>
}

export function createFinishedReviews(context: StoreContext): FinishedReviews {
  const { kysely, atomically } = context.database
  const insertRows = createInsertRows(context.database)
  const addEvents = createEventSteps(kysely)
  return {
    async keep({ review, parts, events, document }) {
      const time = context.now()
      const steps = [
        ...(document === undefined ? [] : await documentSteps(context, document)),
        { query: readyDocument(kysely, review.document), required: true },
        { query: insertReview(kysely, review, time) },
        ...partSteps(insertRows, review, { parts, time }),
        ...addEvents({ review: review.id, events, time }),
      ]
      return (await atomically(steps)) !== null
    },
  }
}

async function documentSteps(
  context: StoreContext,
  { text, ofText, signature, ...document }: NewDocument & ReadFiling,
): Promise<Step[]> {
  const { kysely } = context.database
  const { group, id = document.sha256 } = document
  const own = kysely
    .selectFrom('documents')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'reading')
    .where('group_id', '=', group.id)
  const shown = kysely
    .updateTable('document_groups')
    .set({ shown_to_engineer: 1 })
    .where('id', '=', group.id)
    .where('split', '=', 'evaluation')
  return [
    ...addSteps(context, document),
    ...(group.shownToEngineer ? [{ query: shown, required: true }] : []),
    { query: own, required: true },
    ...(await readySteps(context, { id, text, filing: { ofText, signature } })),
  ]
}

function readyDocument(kysely: Kysely<Tables>, id: string) {
  return kysely
    .selectFrom('documents')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'ready')
}

function insertReview(kysely: Kysely<Tables>, review: FinishedReview['review'], time: number) {
  return kysely.insertInto('reviews').values({
    ...newReviewColumns(review),
    state: review.state,
    created_at: review.startedAt,
    started_at: review.startedAt,
    ended_at: time,
  })
}

function partSteps(
  insertRows: InsertRows,
  { id }: Pick<StoredReview, 'id'>,
  { parts, time }: { parts: FinishedPart[]; time: number },
): Step[] {
  const rows = parts.map((part) => {
    const failed = 'error' in part
    return {
      review: id,
      agent: part.agent,
      chunk: part.chunk,
      state: failed ? 'failed' : 'done',
      issues: failed ? null : part.issues.length,
      left_out: failed ? null : part.leftOut,
      ended_at: time,
      ...errorColumns(failed ? part.error : null),
    }
  })
  return [
    ...insertRows('review_parts', rows),
    ...parts.flatMap((part) =>
      'error' in part ? [] : issueSteps(insertRows, { ...part, review: id }, part.issues),
    ),
  ]
}
