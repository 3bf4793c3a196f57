import type { StoredGate } from '../schema/stored-gate.ts'
import { finishGate, type Outcome } from './finish-gate.ts'
import { isOver } from './slot.ts'

/** Milliseconds between looks at the clock: a timer alone would not know of a machine that slept. */
const lookEvery = 100

/** Aborts at a time of the given clock. @param time null: never */
export function abortAt(
  time: number | null,
  now: () => number,
): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const look = (): void => {
    if (time !== null && now() >= time) controller.abort()
  }
  look()
  const timer = setInterval(look, lookEvery)
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) }
}

type Host = Parameters<typeof finishGate>[0]

/**
 * A gate as it is when its time is over: ended, also where whoever was to run it is gone. Whoever asks for an
 * answer comes here first, so that none is told later than all the others.
 */
export async function endWhenOver(host: Host, gate: StoredGate): Promise<StoredGate> {
  if (gate.state === 'done' || !isOver(gate, host.now())) return gate
  return endUndone(host, gate, 'TIME_LIMIT')
}

/** A gate that could not be done. */
export async function endUndone(host: Host, gate: StoredGate, reason: string): Promise<StoredGate> {
  return endGate(host, gate, { cause: 'host-fault', reasons: [reason] })
}

/**
 * Once its candidate has read hidden examples it could have brought about, on a word of its choice, that a gate has no
 * verdict; so its author is told no more than of what it did wrong by itself.
 * @param gate its row is read anew: what it had come to decides what is told
 */
export async function endGate(host: Host, gate: StoredGate, outcome: Outcome): Promise<StoredGate> {
  const reached = (await host.store.gates.get(gate.id)) ?? gate
  const isBlamed = outcome.verdict === undefined && reached.candidateAt !== null
  return finishGate(host, reached, isBlamed ? { ...outcome, cause: 'quality' } : outcome)
}
