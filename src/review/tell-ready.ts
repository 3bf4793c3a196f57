import { postJson } from '../lib/post-json.ts'
import type { ReviewHost } from './review-host.ts'
import { readReadyWebhook } from './review-settings.ts'

/**
 * The job that tells the webhook of a review that has ended: its id and state, nothing of the document. A
 * hash of the file would confirm to whoever guesses it that it is there.
 * @throws UserFacingError webhook-failed, to be tried again
 */
export async function tellReady(
  { store }: Pick<ReviewHost, 'store'>,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const readyWebhook = await readReadyWebhook(store)
  const review = await store.reviews.get(id)
  if (readyWebhook === null || review === null) return
  await postJson(readyWebhook, { event: 'review-ready', review: id, state: review.state }, signal)
}
