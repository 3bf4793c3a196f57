import { GateSettings } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { answerEvery } from './gate-host.ts'

/** Of the time between two answers, what is left to stop what runs and to write down how it ended. */
const reserveShare = 0.1
const reserveAtMost = 60_000

/** The time that a gate has for itself; UTC epoch milliseconds. */
export type Slot = {
  /** It does not begin before, however early the gate before it has ended. */
  from: number
  /** What is not measured by then is not measured any more. */
  deadline: number
  /** When its author is answered. */
  dueAt: number
}

type Asked = Pick<StoredGate, 'dueAt' | 'policy'>

/** Null where nobody waits for a fixed time: one person is all there is, or it has ended at once. */
export function slotOf({ dueAt, policy }: Asked): Slot | null {
  if (dueAt === null) return null
  const every = answerEvery(GateSettings.parse(JSON.parse(policy)))
  const reserve = Math.min(every * reserveShare, reserveAtMost)
  return { from: dueAt - every, deadline: dueAt - reserve, dueAt }
}

export function hasBegun(gate: Asked, now: number): boolean {
  return now >= (slotOf(gate)?.from ?? 0)
}

/** Whether its author is to be answered, whatever has become of its run. */
export function isOver({ dueAt }: Pick<StoredGate, 'dueAt'>, now: number): boolean {
  return dueAt !== null && now >= dueAt
}
