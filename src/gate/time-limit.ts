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

/**
 * What is told of a gate that could not be done. Once its candidate has read hidden examples it could have brought
 * that about, on a word of its choice; so its author is told no more than of what it did wrong by itself.
 */
function undone({ candidateAt }: Pick<StoredGate, 'candidateAt'>, reason: string): Outcome {
  return { cause: candidateAt === null ? 'host-fault' : 'quality', reasons: [reason] }
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

/** @param gate its row is read anew: what it had come to decides what is told */
export async function endUndone(host: Host, gate: StoredGate, reason: string): Promise<StoredGate> {
  const reached = (await host.store.gates.get(gate.id)) ?? gate
  return finishGate(host, reached, undone(reached, reason))
}
