import type { ModelLimits } from '../schema/config.ts'
import { createAlarm } from './alarm.ts'
import type { Clock } from './clock.ts'
import { createLane, laneWaitMs, raiseLane, takeLane } from './queue-lane.ts'
import type { Lane } from './queue-lane.ts'
import { createOrderedTurns } from './ordered-turns.ts'
import type { RunPlace } from './ordered-turns.ts'

/** A request that wants its turn. */
export type Ticket = {
  /** Whose it is: what is refused or held back is of one owner. Owners take turns as agents do. */
  owner: string
  /** Whose limits it keeps to, as they were joined. */
  lane: string
  agent: string
  place: RunPlace
  /** Input and output together, as far as they can be foreseen. */
  tokens: number
  /** Was sent before; goes ahead of its agent's other requests. */
  isRetry: boolean
  /** How long a pause it puts up with, in ms. */
  patienceMs: number
  /**
   * Asked last, when its turn has come and nothing else holds it back. While it says no, nothing of its
   * owner that comes after it goes either.
   */
  admit?: () => boolean
  signal?: AbortSignal
}

/** To be left when the request is over, with the tokens that it took; null when nobody knows. */
export type Turn = { leave(tokens: number | null): void }

export type RequestQueue = {
  /** Limits that some of its requests keep to, by the name of their lane; the first of a name stay. */
  join(lane: string, limits: ModelLimits): void
  /**
   * Resolves when the request may go out, at once when nothing limits it. Rejects with the signal's
   * reason, or with the error of a pause or refusal.
   */
  enter(ticket: Ticket): Promise<Turn>
  /** Nothing goes out for so long. What is not that patient is rejected with `error`. */
  pause(ms: number, error: Error): void
  /** Rejects what waits of this owner. */
  refuse(owner: string, error: Error): void
  /** What `admit` says may have changed. */
  look(): void
}

type Waiting = { ticket: Ticket; resolve(turn: Turn): void; reject(error: unknown): void }

/**
 * The queue of one account at a provider. Each lane keeps to its own limits, and all together to the
 * largest that any of them has. Earlier documents and parts go first, so that a run which ends early
 * leaves whole ones. Within a part agents take turns, so that ten requests are not stuck behind ten
 * thousand of another agent.
 */
export function createRequestQueue(clock: Clock): RequestQueue {
  const lanes = createLanes()
  const turns = createOrderedTurns<Waiting>()
  const alarm = createAlarm(clock, pump)
  let pause = { until: -Infinity, error: new Error() }

  const isTooLong = ({ patienceMs }: Ticket): boolean => pause.until - clock.now() > patienceMs

  function pump(): void {
    const now = clock.now()
    if (turns.isEmpty()) return
    if (now < pause.until) return alarm.set(pause.until)
    const look = createLook(lanes, now)
    for (let next = turns.take(look.mayGo); next; next = turns.take(look.mayGo)) {
      next.resolve(turnOf(lanes.take(next.ticket, now), pump))
      look.shortestMs = Infinity
    }
    if (look.shortestMs < Infinity && !turns.isEmpty()) alarm.set(now + look.shortestMs)
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
    const { owner, agent, lane, place, isRetry } = waiting.ticket
    const remove = turns.add(waiting, {
      place,
      line: `${owner}\0${agent}\0${lane}`,
      isFirst: isRetry,
    })
    pump()
    return () => {
      remove()
      removed()
    }
  }

  return {
    join: (lane, limits) => lanes.join(lane, limits),
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
    refuse: (owner, error) => rejectWhere((ticket) => ticket.owner === owner, error),
    look: pump,
  }
}

/** One look at what waits; `shortestMs` is how long until more may go. */
function createLook(lanes: Lanes, now: number) {
  const held = new Set<string>()
  const look = {
    shortestMs: Infinity,
    mayGo: ({ ticket }: Waiting): boolean => {
      if (held.has(ticket.owner)) return false
      const waitMs = lanes.waitMs(ticket, now)
      look.shortestMs = Math.min(look.shortestMs, waitMs || Infinity)
      if (waitMs === 0 && ticket.admit?.() === false) held.add(ticket.owner)
      return waitMs === 0 && !held.has(ticket.owner)
    },
  }
  return look
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
  join(name: string, limits: ModelLimits): void
  waitMs(ticket: Ticket, now: number): number
  take(ticket: Ticket, now: number): (used: number | null) => void
}

/** A request counts in its own lane, and in that of all together. */
function createLanes(): Lanes {
  const all = createLane({ concurrency: 1 })
  const own = new Map<string, Lane>()
  const lanesOf = (name: string): Lane[] =>
    [own.get(name), all].filter((lane) => lane !== undefined)
  return {
    join(name, limits) {
      if (own.has(name)) return
      own.set(name, createLane(limits))
      raiseLane(all, limits)
    },
    waitMs({ lane: name, tokens }, now) {
      return Math.max(...lanesOf(name).map((lane) => laneWaitMs(lane, tokens, now)))
    },
    take({ lane: name, tokens }, now) {
      const ends = lanesOf(name).map((lane) => takeLane(lane, tokens, now))
      return (used) => {
        for (const end of ends) end(used)
      }
    },
  }
}
