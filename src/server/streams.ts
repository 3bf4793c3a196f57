import { UserFacingError } from '../lib/errors.ts'
import type { Metrics } from './metrics.ts'

/** After this a stream ends and its client comes again, so that rights that were taken away end, too. */
const longestMs = 10 * 60 * 1000

type Stream = {
  /** Aborts when the client has gone, the server stops, or the time is over. */
  signal: AbortSignal
  /** So that a client that is still there knows to come again. @throws UserFacingError stream-cut */
  throwIfCut(): void
} & Disposable

/** The Server-Sent Event streams of this process. */
export type Streams = {
  open(client: AbortSignal | undefined): Stream
  /** Cuts all that are open and all that come. */
  cut(): void
}

export function createStreams(metrics: Metrics): Streams {
  const stopping = new AbortController()
  return {
    open(client = new AbortController().signal) {
      const signal = AbortSignal.any([client, stopping.signal, AbortSignal.timeout(longestMs)])
      metrics.add('proofloop_open_streams')
      return {
        signal,
        throwIfCut() {
          if (client.aborted) return
          throw new UserFacingError('stream-cut', 'The stream goes on where it was: connect again.')
        },
        [Symbol.dispose]: () => metrics.add('proofloop_open_streams', {}, -1),
      }
    },
    cut: () => stopping.abort(),
  }
}
