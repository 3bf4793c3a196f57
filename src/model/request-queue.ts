import type { ModelLimits } from '../schema/config.ts'
import { createAlarm } from './alarm.ts'
import type { Clock } from './clock.ts'
import { createLane, laneWaitMs, sharedLimits, takeLane } from './queue-lane.ts'
import type { Lane } from './queue-lane.ts'
import { createTurns } from './queue-turns.ts'

/** A request that wants its turn. */
export type Ticket = {
  alias: string
  agent: string
  /** Input and output together, as far as they can be foreseen. */
  tokens: number
  /** Was sent before; goes ahead of its agent's other requests. */
  isRetry: boolean
  /** How long a pause it puts up with, in ms. */
  patienceMs: number
  signal?: AbortSignal
}

/** To be left when the request is over, with the tokens that it took; null when nobody knows. */
export type Turn = { leave(tokens: number | null): void }

export type RequestQueue = {
  /**
   * Resolves when the request may go out, at once when nothing limits it. Rejects with the signal's
   * reason, or with the error of a pause or refusal.
   */
  enter(ticket: Ticket): Promise<Turn>
  /** Nothing goes out for so long. What is not that patient is rejected with `error`. */
  pause(ms: number, error: Error): void
  /** Rejects what waits. */
  refuse(error: Error): void
}

type Waiting = { ticket: Ticket; resolve(turn: Turn): void; reject(error: unknown): void }

/**
 * The queue of one account at a provider. Each alias keeps to its own limits, and all together to the
 * largest that any of them has. Agents take turns, so that ten requests are not stuck behind ten
 * thousand of another agent.
 */
export function createRequestQueue(
  limits: Record<string, ModelLimits>,
  clock: Clock,
): RequestQueue {
  const lanes = createLanes(limits)
  const turns = createTurns<Waiting>()
  const alarm = createAlarm(clock, pump)
  let pause = { until: -Infinity, error: new Error() }

  const isTooLong = ({ patienceMs }: Ticket): boolean => pause.until - clock.now() > patienceMs

  function pump(): void {
    const now = clock.now()
    if (turns.isEmpty()) return
    if (now < pause.until) return alarm.set(pause.until)
    let shortest = Infinity
    const mayGo = ({ ticket }: Waiting): boolean => {
      const waitMs = lanes.waitMs(ticket, now)
      shortest = Math.min(shortest, waitMs || Infinity)
      return waitMs === 0
    }
    for (let next = turns.take(mayGo); next; next = turns.take(mayGo)) {
      next.resolve(turnOf(lanes.take(next.ticket, now), pump))
      shortest = Infinity
    }
    if (shortest < Infinity) alarm.set(now + shortest)
  }

  function removed(): void {
    // A timer for nobody would keep the process alive.
    if (turns.isEmpty()) alarm.cancel()
  }

  function rejectWhere(matches: (ticket: Ticket) => boolean, error: Error): void {
    for (const waiting of turns.removeWhere(({ ticket }) => matches(ticket))) waiting.reject(error)
    removed()
  }

  function add(waiting: Waiting): () => void {
    const { agent, alias, isRetry } = waiting.ticket
    const remove = turns.add(waiting, { line: `${agent}\0${alias}`, isFirst: isRetry })
    pump()
    return () => {
      remove()
      removed()
    }
  }

  return {
    async enter(ticket) {
      ticket.signal?.throwIfAborted()
      if (isTooLong(ticket)) throw pause.error
      return await waitFor(ticket, add)
    },
    pause(ms, error) {
      const until = clock.now() + ms
      if (until <= pause.until) return
      pause = { until, error }
      rejectWhere(isTooLong, error)
    },
    refuse: (error) => rejectWhere(() => true, error),
  }
}

function turnOf(end: (used: number | null) => void, then: () => void): Turn {
  return {
    leave(tokens) {
      end(tokens)
      then()
    },
  }
}

/** @param add returns what takes it out of the queue again */
function waitFor(ticket: Ticket, add: (waiting: Waiting) => () => void): Promise<Turn> {
  const { signal } = ticket
  const { promise, resolve, reject } = Promise.withResolvers<Turn>()
  const remove = add({ ticket, resolve, reject })
  if (!signal) return promise
  const abort = (): void => {
    remove()
    reject(signal.reason)
  }
  signal.addEventListener('abort', abort, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', abort))
}

type Lanes = {
  waitMs(ticket: Ticket, now: number): number
  take(ticket: Ticket, now: number): (used: number | null) => void
}

/** A request counts in the lane of its alias, and in that of all aliases together. */
function createLanes(limits: Record<string, ModelLimits>): Lanes {
  const all = createLane(sharedLimits(Object.values(limits)))
  const own = new Map(Object.entries(limits).map(([alias, its]) => [alias, createLane(its)]))
  const lanesOf = (alias: string): Lane[] =>
    [own.get(alias), all].filter((lane) => lane !== undefined)
  return {
    waitMs({ alias, tokens }, now) {
      return Math.max(...lanesOf(alias).map((lane) => laneWaitMs(lane, tokens, now)))
    },
    take({ alias, tokens }, now) {
      const ends = lanesOf(alias).map((lane) => takeLane(lane, tokens, now))
      return (used) => {
        for (const end of ends) end(used)
      }
    },
  }
}
