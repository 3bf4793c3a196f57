import { getEventMeta, ORPCError } from '@orpc/client'
import type { ReviewEvent } from '../../../src/schema/workplace.ts'
import { client } from '../../api.ts'

type Following = {
  /** Number of the newest event that is known already. */
  after: number
  signal: AbortSignal
  tell: (event: ReviewEvent) => void
}

/**
 * Reads a review's events until it is aborted. A stream that ends or breaks off is taken up again
 * after its last event; meanwhile a hidden page lets go of its connection, of which a browser has six.
 */
export async function followReview(
  review: string,
  { after, signal, tell }: Following,
): Promise<void> {
  let lastEventId: string | undefined
  let wait = 250
  while (!signal.aborted) {
    await visible(signal)
    const hidden = untilHidden(signal)
    try {
      const events = await client.reviews.events(
        { review, after },
        { signal: hidden.signal, lastEventId },
      )
      for await (const event of events) {
        lastEventId = getEventMeta(event)?.id ?? lastEventId
        wait = 250
        tell(event)
      }
    } catch (error) {
      if (error instanceof ORPCError && [401, 403, 404].includes(error.status)) return
    } finally {
      hidden.end()
    }
    await pause(wait, signal)
    wait = Math.min(wait * 2, 4_000)
  }
}

function untilHidden(signal: AbortSignal): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const stop = (): void => {
    if (signal.aborted || document.hidden) controller.abort()
  }
  signal.addEventListener('abort', stop)
  document.addEventListener('visibilitychange', stop)
  return {
    signal: controller.signal,
    end() {
      signal.removeEventListener('abort', stop)
      document.removeEventListener('visibilitychange', stop)
    },
  }
}

function visible(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = (): void => {
    if (!document.hidden || signal.aborted) resolve()
  }
  document.addEventListener('visibilitychange', look)
  signal.addEventListener('abort', look)
  look()
  return promise.finally(() => {
    document.removeEventListener('visibilitychange', look)
    signal.removeEventListener('abort', look)
  })
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
