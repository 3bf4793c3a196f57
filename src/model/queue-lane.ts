import type { ModelLimits } from '../schema/config.ts'
import { createMinuteWindow } from './minute-window.ts'
import type { MinuteWindow } from './minute-window.ts'

type LaneLimits = Pick<ModelLimits, 'concurrency' | 'requestsPerMinute' | 'tokensPerMinute'>

/** What counts against one set of limits. */
export type Lane = {
  concurrency: number
  underWay: number
  requests: MinuteWindow | null
  tokens: MinuteWindow | null
}

export function createLane(limits: LaneLimits): Lane {
  const { concurrency, requestsPerMinute, tokensPerMinute } = limits
  return {
    concurrency,
    underWay: 0,
    requests: requestsPerMinute === undefined ? null : createMinuteWindow(requestsPerMinute),
    tokens: tokensPerMinute === undefined ? null : createMinuteWindow(tokensPerMinute),
  }
}

/** Up to the larger of both; who says nothing of a rate does not lift what others say. */
export function raiseLane(lane: Lane, limits: LaneLimits): void {
  const { concurrency, requestsPerMinute, tokensPerMinute } = limits
  lane.concurrency = Math.max(lane.concurrency, concurrency)
  lane.requests = raisedWindow(lane.requests, requestsPerMinute)
  lane.tokens = raisedWindow(lane.tokens, tokensPerMinute)
}

function raisedWindow(window: MinuteWindow | null, limit: number | undefined): MinuteWindow | null {
  if (limit === undefined) return window
  if (window === null) return createMinuteWindow(limit)
  window.raise(limit)
  return window
}

/** In ms; Infinity while only the end of another request makes room. */
export function laneWaitMs(lane: Lane, tokens: number, now: number): number {
  if (lane.underWay >= lane.concurrency) return Infinity
  return Math.max(lane.requests?.waitMs(1, now) ?? 0, lane.tokens?.waitMs(tokens, now) ?? 0)
}

/** Returns what ends it, with the tokens that it took; null keeps the estimate. */
export function takeLane(lane: Lane, tokens: number, now: number): (used: number | null) => void {
  lane.underWay += 1
  lane.requests?.add(1, now)
  const entry = lane.tokens?.add(tokens, now)
  return (used) => {
    lane.underWay -= 1
    if (entry && used !== null) lane.tokens?.correct(entry, used)
  }
}
