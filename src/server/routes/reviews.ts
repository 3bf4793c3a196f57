import { withEventMeta } from '@orpc/server'
import type { Actor } from '../../access/actor.ts'
import { recordHiddenList } from '../../access/audit.ts'
import { openDocument } from '../../access/opened-texts.ts'
import { isGiven, maySee, maySeeSplit, scopesOf } from '../../access/document-rights.ts'
import { findDocument } from '../../review/document-entries.ts'
import { followReview } from '../../review/follow-review.ts'
import { addMissed, judgeIssue } from '../../review/judge-issue.ts'
import { markRead } from '../../review/mark-read.ts'
import { reviewEntries, reviewEntry } from '../../review/review-entries.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { startReview, stopReview } from '../../review/start-review.ts'
import {
  findReview,
  openReview,
  showReview,
  visibleReview,
  workOnReview,
} from '../../review/find-review.ts'
import type { StoredReview } from '../../schema/stored-review.ts'
import type { ReviewEntry } from '../../schema/workplace.ts'
import type { Implementer } from '../implementer.ts'
import type { Streams } from '../streams.ts'

export function reviewRoutes(os: Implementer['reviews'], host: ReviewHost & { streams: Streams }) {
  const { store, streams } = host
  return {
    start: os.start.handler(async ({ input, context: { actor } }) => {
      const { id } = await startReview(host, actor, input)
      return shownEntry(host, actor, id)
    }),
    startMany: os.startMany.handler(async ({ input, context: { actor } }) => {
      for (const document of input.documents) await findDocument(store, actor, document)
      const reviews: StoredReview[] = []
      for (const document of input.documents) {
        reviews.push(await startReview(host, actor, { document, flow: input.flow }))
      }
      await recordReviews(host, actor, reviews)
      return { reviews: reviews.map(({ id }) => id) }
    }),
    list: os.list.handler(({ input, context: { actor } }) => listReviews(host, actor, input)),
    get: os.get.handler(({ input, context: { actor } }) => shownEntry(host, actor, input.review)),
    // Not a generator itself: that would begin to answer before the row is found.
    events: os.events.handler(async ({ input, context, signal, lastEventId }) => {
      const { review, document } = await openReview(host, context.actor, input.review)
      await openDocument(store, context.actor, document)
      const { id, endedAt, lastEvent } = review
      const after = Math.max(input.after, numberOf(lastEventId))
      const ends = input.until === 'complete'
      return streams.open(context.request, signal, async function* (inner) {
        if (ends && endedAt !== null && after >= lastEvent) return
        for await (const { sequence, event } of followReview(host, id, { after, signal: inner })) {
          yield withEventMeta(event, { id: String(sequence) })
          if (ends && event.type === 'complete') return
        }
      })
    }),
    stop: os.stop.handler(async ({ input, context: { actor } }) => {
      const { id } = await findReview(host, actor, input.review)
      await stopReview(host, id)
      return shownEntry(host, actor, id)
    }),
    judge: os.judge.handler(async ({ input, errors, context: { actor } }) => {
      const { document } = await workOnReview(host, actor, input.review)
      await openDocument(store, actor, document)
      const { status, issue } = await judgeIssue(host, actor.id, input)
      if (status === 'added') return issue
      const message = 'Somebody has judged it since. Look at it again.'
      throw errors.CONFLICT({ message, data: { issue } })
    }),
    addMissed: os.addMissed.handler(async ({ input, context: { actor } }) => {
      const { review, document } = await workOnReview(host, actor, input.review)
      await openDocument(store, actor, document)
      return addMissed(host, actor.id, { ...input, document: review.document })
    }),
    markRead: os.markRead.handler(async ({ input, context: { actor } }) => {
      const { review, document } = await workOnReview(host, actor, input.review)
      await openDocument(store, actor, document)
      return markRead(host, review, { ...input, person: actor.id })
    }),
  }
}

async function shownEntry(host: ReviewHost, actor: Actor, id: string): Promise<ReviewEntry> {
  const { review } = await showReview(host, actor, id)
  return reviewEntry(host.store, review)
}

/** Before they are shown; for those who see nothing hidden, nothing is looked up. */
async function recordReviews(
  { store }: Pick<ReviewHost, 'store'>,
  actor: Actor,
  reviews: StoredReview[],
): Promise<void> {
  if (!maySeeSplit(actor) && !actor.roles.includes('reviewer')) return
  const documents = await store.documents.many([...new Set(reviews.map((one) => one.document))])
  const known = new Map(documents.map((one) => [one.id, one]))
  const rows = reviews.flatMap(({ id, document }) => {
    const found = known.get(document)
    if (found === undefined) return []
    const given = isGiven(actor, found)
    return [{ id, of: { document: found.sha256 }, splits: [found.split], given }]
  })
  await recordHiddenList(store, actor, { subject: 'reviews', rows })
}

async function listReviews(
  { store }: ReviewHost,
  actor: Actor,
  query: { document?: string; active?: boolean; after?: string; limit: number },
): Promise<{ items: ReviewEntry[]; next: string | null }> {
  const before =
    query.after === undefined ? undefined : await visibleReview({ store }, actor, query.after)
  const scopes = scopesOf(actor)
  const documents =
    query.document === undefined
      ? undefined
      : await store.documents.sharing([query.document], scopes)
  const found = await store.reviews.list({
    scopes,
    documents: documents?.filter((one) => maySee(actor, one)).map(({ id }) => id),
    ...(query.active && { states: ['queued', 'running'] }),
    ...(before && { before: before.review }),
    limit: query.limit,
  })
  await recordReviews({ store }, actor, found)
  const next = found.length === query.limit ? (found.at(-1)?.id ?? null) : null
  return { items: await reviewEntries(store, found), next }
}

function numberOf(lastEventId: string | undefined): number {
  return /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0
}
