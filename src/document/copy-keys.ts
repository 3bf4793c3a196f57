import { sharedShingles, type Shingles, shinglesBelow } from './shingles.ts'
import { copyFrom, type TextSignature } from './text-signature.ts'

const range = 2 ** 32
/** One shingle in so many is looked up. */
const keyScale = 16
const fewestKeys = 16
/** Of a text of a thousand pages; engines take some ten thousand values in a question. */
const mostKeys = 4096

/** All shingles of a text below a bound. */
type Sample = { shingles: Shingles; below: number }

/** Shingles by which a text is looked up. */
export type CopyKeys = { keys: Shingles; long: Sample; short: Sample }

/**
 * What to look up to find texts that may be copies: every 16th shingle, so that pages find their
 * document, and at least the 16 lowest, so that short texts find each other.
 */
export function copyKeys(signature: TextSignature): CopyKeys {
  const long = sampleOf(signature.shingles, range / Math.max(keyScale, signature.scale))
  const short = sampleOf(signature.short, range / keyScale)
  return { keys: Uint32Array.of(...long.shingles, ...short.shingles), long, short }
}

function sampleOf(shingles: Shingles, below: number): Sample {
  const sampled = shinglesBelow(shingles, below)
  const tooMuch = sampled[mostKeys]
  if (tooMuch !== undefined) return { shingles: sampled.subarray(0, mostKeys), below: tooMuch }
  if (sampled.length >= fewestKeys) return { shingles: sampled, below }
  const last = shingles[fewestKeys - 1]
  if (last === undefined) return { shingles, below: range }
  return { shingles: shingles.subarray(0, fewestKeys), below: last + 1 }
}

/**
 * How likely two texts are copies, told by the keys alone; 0 when what they share is too little by more
 * than three standard errors.
 */
export function likelihoodOf(a: CopyKeys, b: CopyKeys): number {
  return Math.max(likelihoodBy(a.long, b.long), likelihoodBy(a.short, b.short))
}

function likelihoodBy(a: Sample, b: Sample): number {
  const below = Math.min(a.below, b.below)
  const [left, right] = [shinglesBelow(a.shingles, below), shinglesBelow(b.shingles, below)]
  const fewer = Math.max(1, Math.min(left.length, right.length))
  const contained = sharedShingles(left, right) / fewer
  return contained < copyFrom - 1.5 / Math.sqrt(fewer) ? 0 : contained
}

/** Documents that are found by a key. What stands in more is a form's text and tells no copies. */
export const mostWithKey = 100
