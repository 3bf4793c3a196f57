import { UserFacingError } from '../lib/errors.ts'
import type { ReviewHost } from './review-host.ts'
import { readReadyWebhook } from './review-settings.ts'

const longestWaitMs = 10_000

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
  const { state } = review
  const answer = await fetch(readyWebhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'review-ready', review: id, state }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new UserFacingError('webhook-failed', 'The webhook cannot be reached.', { cause })
  })
  await answer.body?.cancel()
  if (answer.ok) return
  throw new UserFacingError('webhook-failed', `The webhook answered ${answer.status}.`)
}
