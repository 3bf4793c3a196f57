import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { GateMeasures } from '../schema/stored-gate.ts'

export type GateSideName = keyof GateMeasures

const none: GateMeasures = { candidate: [], baseline: [], anchor: null }

/**
 * Where the calls of a gate, or of its audit, stand: by keys of what it measured, and of what it began to measure and
 * did not end. Null when it asked nothing.
 */
export function askedKeys(parts: {
  measures: GateMeasures | null
  asked: GateMeasures | null
}): GateMeasures | null {
  const { measures, asked } = parts
  if (measures === null || asked === null) return measures ?? asked
  const sides = Object.keys(none) as GateSideName[]
  return sides.reduce(
    (all, side) => (measures[side] ?? []).reduce((own, key) => withKey(own, side, key), all),
    asked,
  )
}

/** With one more that is asked under. */
export function withKey(asked: GateMeasures | null, side: GateSideName, key: string): GateMeasures {
  const all = asked ?? none
  const own = all[side] ?? []
  return own.includes(key) ? all : { ...all, [side]: [...own, key] }
}

/** Of how a version was measured on `test` without a gate. */
export function evaluationKey(evaluation: string): string {
  return contentHash(['evaluation', evaluation])
}

/** Of what a gate tries on `evaluation` first, which it does not keep. */
export function smokeKey(gate: string, side: 'candidate' | 'baseline'): string {
  return contentHash(['smoke', gate, side])
}

/**
 * What has ended keeps no more keys, so it asks nothing more either.
 * @throws UserFacingError gate-time-limit
 */
export function requireOpen(isKept: boolean): void {
  if (isKept) return
  throw new UserFacingError('gate-time-limit', 'It was ended while it was being measured.')
}
