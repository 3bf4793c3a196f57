import type { GateCause, StoredGate } from '../schema/stored-gate.ts'

/** All that the author of a change is told. */
export type AuthorAnswer = {
  /** Null until it is answered. */
  passed: boolean | null
  cause: GateCause | null
  /** When it was answered, or will be; UTC epoch milliseconds. */
  at: number
}

/** What is told at `now`: nothing before the time that was known when it was asked. */
export function authorAnswer(gate: StoredGate, now: number): AuthorAnswer {
  const { dueAt, answerAt, verdict, cause } = gate
  if (answerAt === null || answerAt > now) return { passed: null, cause: null, at: dueAt ?? now }
  const passed = verdict === 'PASS'
  return { passed, cause: passed ? null : cause, at: answerAt }
}
