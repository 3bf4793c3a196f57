import type { Actor } from '../access/actor.ts'
import { maySee } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { Store } from '../store/store.ts'

/** @throws UserFacingError review-not-found, also when the actor may not see its document */
export async function findReview(
  { store }: { store: Pick<Store, 'documents' | 'reviews'> },
  actor: Pick<Actor, 'id' | 'roles'>,
  id: string,
): Promise<StoredReview> {
  const review = await store.reviews.get(id)
  const document = review === null ? null : await store.documents.get(review.document)
  if (review !== null && document !== null && maySee(actor, document)) return review
  throw new UserFacingError('review-not-found', 'There is no such review, or you may not see it.')
}
