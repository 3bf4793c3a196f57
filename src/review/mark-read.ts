import { UserFacingError } from '../lib/errors.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { ReadMarkKind, ReadState } from '../schema/workplace.ts'
import { readStateOf } from './read-state.ts'
import type { ReviewHost } from './review-host.ts'

/**
 * @param given `mark` is made by who sends it: twice it is one
 * @returns who has read all of the document now
 * @throws UserFacingError review-trial, document-not-ready
 */
export async function markRead(
  { store, signals }: Pick<ReviewHost, 'store' | 'signals'>,
  { id: review, document, trial }: Pick<StoredReview, 'id' | 'document' | 'trial'>,
  { mark: id, person, kind }: { mark: string; person: string; kind: ReadMarkKind },
): Promise<ReadState> {
  if (trial) throw isTrial()
  const events = [{ kind: 'read', content: document }]
  await store.readMarks.add({ id, document, review, person, kind }, events)
  signals.wake(review)
  return readStateOf(store, document)
}

/** What is added in a trial is no label, so reading it whole says nothing of the labels. */
function isTrial(): UserFacingError {
  return new UserFacingError(
    'review-trial',
    'This review tries a draft. Open the newest review of the document, and mark it there.',
  )
}
