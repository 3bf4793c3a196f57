import { sharedShingles, type Shingles, shinglesBelow, shinglesOf } from './shingles.ts'

/**
 * What tells whether texts are copies of each other without them. It is derived from the text: whoever
 * forgets a text forgets its signature.
 */
export type TextSignature = {
  /** All, or of a very long text an even sample: those below 2^32 / `scale`. */
  shingles: Shingles
  /** 1, 2, 4, …: one shingle in so many is here. */
  scale: number
}

export type TextOverlap = {
  /** Of the shingles of the shorter text, those that stand in the longer one; 0 to 1. */
  contained: number
  /** Of all shingles of both, those that both have; 0 to 1. */
  jaccard: number
  /** Shingles of the shorter by those of the longer text; 0 to 1. */
  sizes: number
}

const range = 2 ** 32
/** About 100 pages; four bytes each. */
const mostShingles = 2 ** 15

/** Texts with fewer are compared as a whole only: a sentence that two have in common is no copy. */
const fewestShingles = 50

/** As measured (docs/decisions/034): texts of different documents share 0.3 at most, edited ones 0.54 at least. */
export const copyFrom = 0.45

/** A text that is much shorter than the other is an excerpt of it. */
const excerptBelow = 0.25

/**
 * Null for a text that is too short for anything but an exact comparison.
 * @param words as `textWords` tells them
 */
export function signatureOf(words: string[]): TextSignature | null {
  const all = shinglesOf(words)
  return all.length < fewestShingles ? null : thinned({ shingles: all, scale: 1 }, mostShingles)
}

function thinned({ shingles, scale }: TextSignature, most: number): TextSignature {
  if (shingles.length <= most) return { shingles, scale }
  return thinned(scaledTo({ shingles, scale }, scale * 2), most)
}

function scaledTo({ shingles, scale }: TextSignature, to: number): TextSignature {
  return scale >= to
    ? { shingles, scale }
    : { shingles: shinglesBelow(shingles, range / to), scale: to }
}

/** Exact for texts of up to 100 pages, beyond that an estimate from an even sample. */
export function overlapOf(a: TextSignature, b: TextSignature): TextOverlap {
  const scale = Math.max(a.scale, b.scale)
  const [left, right] = [scaledTo(a, scale).shingles, scaledTo(b, scale).shingles]
  const both = sharedShingles(left, right)
  const smaller = Math.min(left.length, right.length)
  const larger = Math.max(left.length, right.length)
  return {
    contained: smaller === 0 ? 0 : both / smaller,
    jaccard: smaller === 0 ? 0 : both / (smaller + larger - both),
    sizes: larger === 0 ? 0 : smaller / larger,
  }
}

/**
 * `copy`: versions of one text. `excerpt`: the shorter is a piece of the longer, which may also stand in
 * others, as the page with the signatures does; so it belongs to one of them and joins no two.
 */
export function kinship({ contained, sizes }: TextOverlap): 'copy' | 'excerpt' | null {
  if (contained < copyFrom) return null
  return sizes < excerptBelow ? 'excerpt' : 'copy'
}

/**
 * Those of the candidates that are kin of a text, the nearest first. A text is not put to a much shorter
 * one: that is a piece which may stand in many.
 */
export function kinAmong<Candidate extends { content: Uint8Array }>(
  signature: TextSignature,
  candidates: readonly Candidate[],
): { candidate: Candidate; overlap: TextOverlap }[] {
  const kin = candidates.flatMap((candidate) => {
    const other = unpackSignature(candidate.content)
    const overlap = overlapOf(signature, other)
    const kind = kinship(overlap)
    const isPieceOfIt =
      other.shingles.length * other.scale < signature.shingles.length * signature.scale
    return kind === null || (kind === 'excerpt' && isPieceOfIt) ? [] : [{ candidate, overlap }]
  })
  return kin.toSorted(
    (a, b) => b.overlap.jaccard - a.overlap.jaccard || b.overlap.contained - a.overlap.contained,
  )
}

/** One shingle in so many is looked up. */
const keyScale = 16
const fewestKeys = 16
/** Of a text of a thousand pages; engines take some ten thousand values in a question. */
const mostKeys = 4096

/** Shingles by which a text is looked up: all that it has below a bound. */
export type CopyKeys = { keys: Shingles; below: number }

/**
 * What to look up to find texts that may be copies: every 16th shingle, so that pages find their
 * document, and at least the 16 lowest, so that short texts find each other.
 */
export function copyKeys({ shingles, scale }: TextSignature): CopyKeys {
  const below = range / Math.max(keyScale, scale)
  const sampled = shinglesBelow(shingles, below)
  const last = shingles[fewestKeys - 1]
  const tooMuch = sampled[mostKeys]
  if (tooMuch !== undefined) return { keys: sampled.subarray(0, mostKeys), below: tooMuch }
  if (sampled.length >= fewestKeys || last === undefined) return { keys: sampled, below }
  return { keys: shingles.subarray(0, fewestKeys), below: last + 1 }
}

/**
 * How likely two texts are copies, told by the keys alone; 0 when what they share is too little by more
 * than three standard errors.
 */
export function likelihoodOf(a: CopyKeys, b: CopyKeys): number {
  const below = Math.min(a.below, b.below)
  const [left, right] = [shinglesBelow(a.keys, below), shinglesBelow(b.keys, below)]
  const fewer = Math.max(1, Math.min(left.length, right.length))
  const contained = sharedShingles(left, right) / fewer
  return contained < copyFrom - 1.5 / Math.sqrt(fewer) ? 0 : contained
}

/** Documents that are found by a key. What stands in more is a form's text and tells no copies. */
export const mostWithKey = 100

/** Bytes to store: a byte with the scale's exponent, then each shingle in four, lowest first. */
export function packSignature({ shingles, scale }: TextSignature): Uint8Array {
  const bytes = new Uint8Array(1 + shingles.length * 4)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, Math.log2(scale))
  for (const [i, shingle] of shingles.entries()) view.setUint32(1 + i * 4, shingle)
  return bytes
}

export function unpackSignature(bytes: Uint8Array): TextSignature {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shingles = new Uint32Array((bytes.byteLength - 1) / 4)
  for (const i of shingles.keys()) shingles[i] = view.getUint32(1 + i * 4)
  return { shingles, scale: 2 ** view.getUint8(0) }
}
