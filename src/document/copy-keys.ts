import { distinct, sharedShingles, type Shingles, shinglesBelow } from './shingles.ts'
import { copyFrom, isShort, type TextSignature } from './text-signature.ts'

const range = 2 ** 32
/** One shingle in so many is looked up. */
const keyScale = 16
const fewestKeys = 16
/** Of the keys of a short passage; each word that is changed takes one or two away. */
const passageKeysFrom = 0.5
/** Of a text of a thousand pages; engines take some ten thousand values in a question. */
const mostKeys = 4096

/** All shingles of a text below a bound. */
type Sample = { shingles: Shingles; below: number }

/** Shingles by which a text is found. */
export type CopyKeys = { keys: Shingles; long: Sample; short: Sample; passages: Shingles }

const none: Shingles = new Uint32Array()

/**
 * What to look up to find texts that may be copies: every 16th shingle, so that pages find their
 * document, and at least the 16 lowest, so that short texts find each other; of each 16 in a row one, so that a
 * passage of a few lines finds its document.
 */
export function copyKeys(signature: TextSignature): CopyKeys {
  const { shingles, scale } = signature
  const long = sampleOf(isShort(signature) ? none : shingles, range / Math.max(keyScale, scale))
  const short = sampleOf(signature.short, range / keyScale)
  const passages = signature.passages.subarray(0, mostKeys)
  const ofFive = distinct(Uint32Array.of(...long.shingles, ...passages).sort())
  return { keys: Uint32Array.of(...ofFive, ...short.shingles), long, short, passages }
}

/**
 * What may be kin of a text. Of a short one, the documents of which it is a passage are looked up on their own:
 * they have few of its keys, and other short texts many.
 */
export async function lookUpKin<Found extends { document: string }>(
  signature: TextSignature,
  lookUp: (keys: Shingles) => Promise<Found[]>,
): Promise<Found[]> {
  const { keys, short, passages } = copyKeys(signature)
  if (!isShort(signature)) return lookUp(keys)
  const found = [...(await lookUp(short.shingles)), ...(await lookUp(passages))]
  return [...new Map(found.map((one) => [one.document, one])).values()]
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
  return Math.max(
    likelihoodBy(a.long, b.long),
    likelihoodBy(a.short, b.short),
    likelihoodOfPassage(a, b),
  )
}

/** Of what stands in a row in both texts, both have the same. */
function likelihoodOfPassage(a: CopyKeys, b: CopyKeys): number {
  const fewer = Math.max(1, Math.min(a.passages.length, b.passages.length))
  const contained = sharedShingles(a.passages, b.passages) / fewer
  const areLong = a.long.shingles.length > 0 && b.long.shingles.length > 0
  return contained < (areLong ? copyFrom : passageKeysFrom) ? 0 : contained
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
