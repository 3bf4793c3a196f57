import type { StoredGate } from '../schema/stored-gate.ts'

/**
 * On how many looks a gate rests: one that is asked for the first after another one has the answer of both. Where
 * nothing was measured, as many as it was to take.
 */
export function looksOf({ measures, look }: Pick<StoredGate, 'measures' | 'look'>): number {
  return measures?.candidate.length ?? look + 1
}
