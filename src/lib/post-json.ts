import { UserFacingError } from './errors.ts'

const longestWaitMs = 10_000

/**
 * Tells a webhook something. It is sent nowhere else, and of the answer nothing is read but whether it was taken.
 * @throws UserFacingError webhook-failed, to be tried again
 */
export async function postJson(url: string, body: object, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
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
