import type { GateCause, StoredGate } from '../schema/stored-gate.ts'

/** All that the author of a change is told. */
export type AuthorAnswer = {
  /** Null until it is answered. */
  passed: boolean | null
  cause: GateCause | null
  /** When it was answered, or when one can expect it at the earliest; UTC epoch milliseconds. */
  at: number
}

type Ended = Pick<StoredGate, 'startedAt' | 'solo'> & {
  endedAt: number
  /** Whether it ended before it had to wait for other gates, which read hidden examples. */
  isUnqueued: boolean
}

/**
 * When the author is answered: so long after the start that it tells nothing of how long the run took, nor
 * of how long that of a gate before it did; a run that takes longer is answered at the next multiple. Told at
 * once is what waited for nothing, and everything where one person is all there is: they could look it up.
 * @param every milliseconds
 */
export function answerTime({ startedAt, endedAt, isUnqueued, solo }: Ended, every: number): number {
  if (solo || isUnqueued) return endedAt
  return nextMultiple(startedAt, endedAt, every)
}

/** @param every milliseconds, as in the gate's policy */
export function authorAnswer(gate: StoredGate, now: number, every: number): AuthorAnswer {
  const { startedAt, answerAt, verdict, cause, solo } = gate
  if (answerAt === null || answerAt > now) {
    const at = solo ? now : nextMultiple(startedAt, now, every)
    return { passed: null, cause: null, at }
  }
  const passed = verdict === 'PASS'
  return { passed, cause: passed ? null : cause, at: answerAt }
}

function nextMultiple(start: number, time: number, every: number): number {
  return start + Math.max(1, Math.ceil((time - start) / every)) * every
}
