import type { ModelLimits } from '../schema/config.ts'
import type { Fault } from './exchange.ts'

const firstWaitMs = 500
const longestBackoffMs = 30_000

/** What to do about a fault: wait and try again, or give up, and why. */
export type RetryDecision =
  | { again: true; waitMs: number }
  | { again: false; because: 'final' | 'attempts' | 'longest-wait' }

/**
 * @param attempt the one that failed, from 1
 * @param random from 0 up to 1
 */
export function decideRetry(
  fault: Fault,
  tries: { attempt: number; limits: ModelLimits; random: number },
): RetryDecision {
  const { attempt, limits, random } = tries
  if (!fault.retry) return { again: false, because: 'final' }
  const { retryAfterMs: asked } = fault
  const backoff = backoffMs(attempt, random)
  if (asked !== null && asked > limits.longestWaitMs)
    return { again: false, because: 'longest-wait' }
  if (attempt >= limits.attempts) return { again: false, because: 'attempts' }
  if (asked === null) return { again: true, waitMs: backoff }
  return { again: true, waitMs: Math.min(asked + backoff, limits.longestWaitMs) }
}

/** Full jitter: anything up to a ceiling that doubles with each attempt, so that clients spread out. */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(longestBackoffMs, firstWaitMs * 2 ** (attempt - 1))
}
