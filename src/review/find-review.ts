import type { Actor } from '../access/actor.ts'
import { recordHiddenIssue, recordHiddenReads, recordHiddenRow } from '../access/audit.ts'
import { maySee, scopesOf } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { Store } from '../store/store.ts'

type Found = { review: StoredReview; document: StoredDocument }
type Host = { store: Pick<Store, 'documents' | 'reviews'> }
type AuditedHost = Host & { store: Pick<Store, 'audit' | 'secrets'> }

/** @throws UserFacingError review-not-found, also when the actor may not see its document */
export async function findReview(
  host: Host,
  actor: Pick<Actor, 'id' | 'roles'>,
  id: string,
): Promise<StoredReview> {
  return (await find(host, actor, id)).review
}

/**
 * Before sentences of its document are shown.
 * @throws UserFacingError review-not-found, also when the actor may not see its document
 */
export async function openReview(host: AuditedHost, actor: Actor, id: string): Promise<Found> {
  const found = await find(host, actor, id)
  await recordHiddenReads(host.store, actor, [found.document])
  return found
}

/**
 * Before one of its issues is judged or added, and then shown.
 * @throws UserFacingError review-not-found, also when the actor may not see its document
 */
export async function workOnReview(host: AuditedHost, actor: Actor, id: string): Promise<Found> {
  const found = await find(host, actor, id)
  await recordHiddenIssue(host.store, actor, { ...found.document, review: id })
  return found
}

/**
 * Before its row is shown.
 * @throws UserFacingError review-not-found, also when the actor may not see its document
 */
export async function showReview(host: AuditedHost, actor: Actor, id: string): Promise<Found> {
  const found = await find(host, actor, id)
  await recordHiddenRow(host.store, actor, { ...found.document, review: id })
  return found
}

async function find(host: Host, actor: Pick<Actor, 'id' | 'roles'>, id: string): Promise<Found> {
  const found = await visibleReview(host, actor, id)
  if (found !== null) return found
  throw new UserFacingError('review-not-found', 'There is no such review, or you may not see it.')
}

/**
 * Null when there is none, or the actor may not see its document. Both take the same two questions to the
 * store, and no row comes back for either: the time of one more would tell them apart.
 */
export async function visibleReview(
  { store }: Host,
  actor: Pick<Actor, 'id' | 'roles'>,
  id: string,
): Promise<Found | null> {
  const scopes = scopesOf(actor)
  const review = await store.reviews.get(id, scopes)
  const document = await store.documents.get(review?.document ?? id, scopes)
  if (review === null || document === null || !maySee(actor, document)) return null
  return { review, document }
}
