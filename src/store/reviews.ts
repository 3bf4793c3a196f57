import { sql, type Kysely, type Selectable } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import type { DocumentScope } from '../schema/access.ts'
import type { StoredError } from '../schema/stored-error.ts'
import { StoredReview } from '../schema/stored-review.ts'
import type { ReviewState } from '../schema/workplace.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { createEventSteps, type NewEvent } from './review-events.ts'
import { descending, inPart, inScopes, mergedPages, partsOf, type ScopePart } from './in-scopes.ts'
import { errorColumns, errorOf, flag, isBefore } from './row-columns.ts'
import type { Tables } from './tables.ts'

export type NewReview = Pick<
  StoredReview,
  'id' | 'document' | 'flowVersion' | 'issueOrder' | 'fullReview' | 'requester'
> & { trial?: boolean }

type ReviewFilter = {
  /** Of documents that the reader may see: any of these; all when left out. */
  scopes?: DocumentScope[]
  /** Ids: of any of these. */
  documents?: string[]
  states?: ReviewState[]
  requester?: string
  /** The last one of the page before. */
  before?: { createdAt: number; id: string }
  limit: number
}

/** Runs of flow versions on documents. */
export type Reviews = {
  /**
   * Twice with one id is one review.
   * @param also done in the same transaction, to queue its job for example
   * @throws UserFacingError document-not-found
   */
  create(review: NewReview, also?: Step[]): Promise<StoredReview>
  /** @param scopes of its reader, to whom others are not even read; any review when left out */
  get(id: string, scopes?: DocumentScope[]): Promise<StoredReview | null>
  /** Newest first. */
  list(filter: ReviewFilter): Promise<StoredReview[]>
  /** Of each document the newest; trials of drafts are left out. */
  newestOf(documents: string[]): Promise<StoredReview[]>
  /** All of these documents but trials, newest first. */
  ofDocuments(documents: string[]): Promise<StoredReview[]>
  /** Also after a crash, when it runs already. False when it has ended. */
  start(id: string): Promise<boolean>
  /** Keeps the events together with it; false when it had ended before. */
  end(
    id: string,
    outcome: {
      state: 'done' | 'partial' | 'failed' | 'stopped'
      error?: StoredError
      events?: NewEvent[]
    },
  ): Promise<boolean>
}

export function createReviews({ database: { kysely, atomically }, now }: StoreContext): Reviews {
  const addEvents = createEventSteps(kysely)
  const get = async (id: string, scopes?: DocumentScope[]): Promise<StoredReview | null> => {
    const row = await kysely
      .selectFrom('reviews')
      .selectAll()
      .where('id', '=', id)
      .$if(scopes !== undefined, (query) => query.where(ofScopes(scopes ?? [])))
      .executeTakeFirst()
    return row === undefined ? null : reviewOf(row)
  }
  return {
    get,
    async create(review, also = []) {
      const kept = await atomically([
        { query: knownDocument(kysely, review.document), required: true },
        { query: insertReview(kysely, review, now()) },
        ...also,
      ])
      const stored = kept === null ? null : await get(review.id)
      if (stored !== null) return stored
      throw new UserFacingError(
        'document-not-found',
        'There is no such document (any more). Upload it again.',
      )
    },
    list: (filter) => list(kysely, filter),
    newestOf: async (documents) => (await newestQuery(kysely, documents).execute()).map(reviewOf),
    async ofDocuments(documents) {
      if (documents.length === 0) return []
      const query = kysely
        .selectFrom('reviews')
        .selectAll()
        .where('document', 'in', documents)
        .where('trial', '=', 0)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
      return (await query.execute()).map(reviewOf)
    },
    async start(id) {
      const query = openReview(kysely, id).set((eb) => ({
        state: 'running',
        started_at: eb.fn.coalesce('started_at', eb.val(now())),
      }))
      return (await atomically([{ query, required: true }])) !== null
    },
    async end(id, { state, error = null as StoredError | null, events = [] }) {
      const time = now()
      const query = openReview(kysely, id).set({ state, ended_at: time, ...errorColumns(error) })
      const told = addEvents({ review: id, events, time })
      return (await atomically([{ query, required: true }, ...told])) !== null
    },
  }
}

function knownDocument(kysely: Kysely<Tables>, id: string) {
  return kysely
    .selectFrom('documents')
    .select('id')
    .where('id', '=', id)
    .where('state', '!=', 'forgotten')
}

function insertReview(kysely: Kysely<Tables>, review: NewReview, time: number) {
  return kysely
    .insertInto('reviews')
    .values({ ...newReviewColumns(review), state: 'queued', created_at: time })
    .onConflict((conflict) => conflict.column('id').doNothing())
}

/** What stays as it was asked for. */
export function newReviewColumns(review: NewReview) {
  return {
    id: review.id,
    document: review.document,
    flow_version: review.flowVersion,
    issue_order: review.issueOrder,
    full_review: flag(review.fullReview),
    trial: flag(review.trial ?? false),
    requester: review.requester,
    last_event: 0,
  }
}

function openReview(kysely: Kysely<Tables>, id: string) {
  return kysely
    .updateTable('reviews')
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
}

/** Of one review that is named. */
function ofScopes(scopes: DocumentScope[]) {
  return sql<boolean>`exists (
    select 1 from documents where documents.id = reviews.document and ${inScopes(scopes)})`
}

/** By the index of the part. Those of documents that are named, or were given to somebody, come from these. */
function reviewsIn(kysely: Kysely<Tables>, part: ScopePart, documents: string[] | undefined) {
  const reviews = kysely.selectFrom('reviews').selectAll('reviews')
  if (part === null) return reviews
  if ('split' in part && documents === undefined) {
    return reviews.where('reviews.split', '=', part.split)
  }
  return (
    kysely
      .selectFrom('documents')
      // SQLite takes them in this order then.
      .crossJoin('reviews')
      .whereRef('reviews.document', '=', 'documents.id')
      .where(inPart(part))
      .selectAll('reviews')
  )
}

async function list(kysely: Kysely<Tables>, filter: ReviewFilter): Promise<StoredReview[]> {
  if (filter.documents?.length === 0) return []
  const parts = filter.scopes === undefined ? [null] : partsOf(filter.scopes)
  const pages = parts.map((part) => listQuery(kysely, filter, part).execute())
  const rows = mergedPages(await Promise.all(pages), {
    compare: (a, b) => descending([a.created_at, a.id], [b.created_at, b.id]),
    limit: filter.limit,
  })
  return rows.map(reviewOf)
}

function listQuery(
  kysely: Kysely<Tables>,
  { documents, states, requester, before, limit }: ReviewFilter,
  part: ScopePart,
) {
  return reviewsIn(kysely, part, documents)
    .$if(documents !== undefined, (query) => query.where('reviews.document', 'in', documents ?? []))
    .$if(states !== undefined, (query) => query.where('reviews.state', 'in', states ?? []))
    .$if(requester !== undefined, (query) => query.where('requester', '=', requester ?? ''))
    .$if(before !== undefined, (query) =>
      query.where(
        isBefore(['reviews.created_at', 'reviews.id'], [before?.createdAt ?? 0, before?.id ?? '']),
      ),
    )
    .orderBy('reviews.created_at', 'desc')
    .orderBy('reviews.id', 'desc')
    .limit(limit)
}

function newestQuery(kysely: Kysely<Tables>, documents: string[]) {
  const later = sql<boolean>`not exists (
    select 1 from reviews as later where later.document = reviews.document and later.trial = 0
      and (later.created_at, later.id) > (reviews.created_at, reviews.id))`
  return kysely
    .selectFrom('reviews')
    .selectAll()
    .where('document', 'in', documents.length > 0 ? documents : [''])
    .where('trial', '=', 0)
    .where(later)
}

function reviewOf(row: Selectable<Tables['reviews']>): StoredReview {
  return StoredReview.parse({
    ...row,
    flowVersion: row.flow_version,
    issueOrder: row.issue_order,
    fullReview: row.full_review === 1,
    trial: row.trial === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastEvent: row.last_event,
    error: errorOf(row),
  })
}
