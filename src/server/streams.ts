import { ORPCError } from '@orpc/server'
import { UserFacingError } from '../lib/errors.ts'
import { keepContext } from '../lib/keep-context.ts'
import { answerFor } from './answer-errors.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

/** After this a stream ends and its client comes again, so that rights that were taken away end, too. */
const longestMs = 10 * 60 * 1000

/** The Server-Sent Event streams of this process. */
export type Streams = {
  /**
   * What `follow` yields until the client goes or reads no more; its signal aborts also when the server
   * stops or the time is over, and then the stream ends with an error that tells the client to come again.
   */
  open<Event>(
    request: string,
    client: AbortSignal | undefined,
    follow: (signal: AbortSignal) => AsyncIterable<Event>,
  ): AsyncGenerator<Event, void>
}

type Host = { metrics: Metrics; log: Log; stopping: AbortSignal }

export function createStreams({ metrics, log, stopping }: Host): Streams {
  async function* run<Event>(
    request: string,
    gone: AbortSignal,
    follow: (signal: AbortSignal) => AsyncIterable<Event>,
  ): AsyncGenerator<Event, void> {
    const signal = AbortSignal.any([gone, stopping, AbortSignal.timeout(longestMs)])
    metrics.add('proofloop_open_streams')
    try {
      yield* follow(signal)
      if (signal.aborted && !gone.aborted) throw cutOff()
    } catch (error) {
      const { answer, log: toLog } = answerFor(error, request)
      if (toLog) log.error('stream-failed', error, { request })
      const { code, ...rest } = answer
      throw new ORPCError(code, rest)
    } finally {
      metrics.add('proofloop_open_streams', {}, -1)
    }
  }
  return {
    open(request, client = new AbortController().signal, follow) {
      const left = new AbortController()
      const stream = run(request, AbortSignal.any([client, left.signal]), follow)
      // It goes on reading for whom the request came.
      return keepContext(endingAtOnce(stream, left))
    },
  }
}

/** A generator that waits for something ends only when that comes: who reads no more aborts it, too. */
function endingAtOnce<Event>(
  stream: AsyncGenerator<Event, void>,
  left: AbortController,
): AsyncGenerator<Event, void> {
  return {
    next: () => stream.next(),
    throw: (error) => stream.throw(error),
    return(value) {
      left.abort()
      return stream.return(value)
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      left.abort()
      await stream[Symbol.asyncDispose]()
    },
  }
}

function cutOff(): UserFacingError {
  return new UserFacingError('stream-cut', 'The stream goes on where it was: connect again.')
}
