import {
  distinct,
  lowestInARow,
  runsOf,
  sharedShingles,
  type Shingles,
  shinglesBelow,
  shinglesOf,
} from './shingles.ts'

/**
 * What tells whether texts are copies of each other without them. It is derived from the text: whoever
 * forgets a text forgets its signature.
 */
export type TextSignature = {
  /**
   * Runs of five words. All, or of a very long text an even sample: those below 2^32 / `scale`.
   */
  shingles: Shingles
  /** 1, 2, 4, …: one shingle in so many is here. */
  scale: number
  /** Runs of three words of a text that may be a version of one with fewer than 50 shingles; none of others. */
  short: Shingles
  /**
   * Runs of five words, one of each sixteen in a row, by which a text is found of which a short one is a passage.
   * Not stored: none of a signature that was.
   */
  passages: Shingles
}

export type TextOverlap = {
  /** Of the shingles of the shorter text, those that stand in the longer one; 0 to 1. */
  contained: number
  /** Of all shingles of both, those that both have; 0 to 1. */
  jaccard: number
  /** Shingles of the shorter by those of the longer text; 0 to 1. */
  sizes: number
  /**
   * `long`: runs of five words of two texts with at least 50. `short`: runs of three, since one has fewer. `passage`: runs of
   * five, since the one with fewer is less than half of the other.
   */
  compared: 'long' | 'short' | 'passage'
}

const range = 2 ** 32
/** About 100 pages; four bytes each. */
const mostShingles = 2 ** 15

/** A run of five of each so many in a row is looked up: of 20 words one at least. */
const runsInARow = 16

/** Long enough that two texts about one subject share few, short enough that edits leave most. */
const wordsOfShingle = 5
/** Texts with fewer have a sentence in common with many. */
const fewestShingles = 50

/** One word changed of 20 leaves too few runs of five and enough of three (docs/decisions/089). */
const wordsOfShort = 3
/** Words of a text that may be a version of another. Of two sentences that differ in a word each says its own. */
export const fewestWords = 20
/** A version of a short text is no more than twice as long: a sentence that a letter quotes is no copy. */
const mostLengthening = 2
const wordsOfLongest = mostLengthening * (fewestShingles + wordsOfShingle - 1)

/** As measured (docs/decisions/034): texts of different documents share 0.3 at most, edited ones 0.54 at least. */
export const copyFrom = 0.45

/** Of a short text that stands in a longer one, apart from a page number or a word that was changed. */
const passageFrom = 0.75
/** Of a very long text a sample is kept; of fewer runs nothing can be told. */
const fewestOfPassage = 8

/** A text that is much shorter than the other is an excerpt of it. */
const excerptBelow = 0.25

const none: Shingles = new Uint32Array()

/**
 * Null for a text that is too short for anything but an exact comparison.
 * @param words as `textWords` tells them
 */
export function signatureOf(words: string[]): TextSignature | null {
  if (words.length < fewestWords) return null
  const runs = runsOf(words, wordsOfShingle)
  const passages = lowestInARow(runs, runsInARow)
  const short = words.length < wordsOfLongest ? shinglesOf(words, wordsOfShort) : none
  return { ...thinned(distinct(runs.sort()), 1), short, passages }
}

/** Whether it has too few runs of five words to be compared by them with a text of its length. */
export function isShort({ shingles, scale }: Scaled): boolean {
  return shingles.length * scale < fewestShingles
}

type Scaled = Pick<TextSignature, 'shingles' | 'scale'>

function thinned(shingles: Shingles, scale: number): Scaled {
  if (shingles.length <= mostShingles) return { shingles, scale }
  const next = scaledTo({ shingles, scale }, scale * 2)
  return thinned(next.shingles, next.scale)
}

function scaledTo({ shingles, scale }: Scaled, to: number): Scaled {
  return scale >= to
    ? { shingles, scale }
    : { shingles: shinglesBelow(shingles, range / to), scale: to }
}

/** Exact for texts of up to 100 pages, beyond that an estimate from an even sample. */
export function overlapOf(a: TextSignature, b: TextSignature): TextOverlap {
  const areLong = !isShort(a) && !isShort(b)
  const short = areLong ? null : sharedOf(a.short, b.short)
  if (short !== null && short.sizes >= 1 / mostLengthening) return { ...short, compared: 'short' }
  const scale = Math.max(a.scale, b.scale)
  const [left, right] = [scaledTo(a, scale).shingles, scaledTo(b, scale).shingles]
  const shared = sharedOf(left, right)
  if (areLong) return { ...shared, compared: 'long' }
  const isTooFew = Math.min(left.length, right.length) < fewestOfPassage
  return { ...shared, ...(isTooFew && { contained: 0 }), compared: 'passage' }
}

function sharedOf(left: Shingles, right: Shingles): Omit<TextOverlap, 'compared'> {
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
export function kinship(overlap: TextOverlap): 'copy' | 'excerpt' | null {
  const { contained, sizes, compared } = overlap
  if (compared === 'passage') return contained < passageFrom ? null : 'excerpt'
  if (contained < copyFrom) return null
  return compared === 'long' && sizes < excerptBelow ? 'excerpt' : 'copy'
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

/** In place of the exponent of the scale, where runs of three words are stored, too. */
const withShort = 0xff

/**
 * Bytes to store: a byte with the scale's exponent, then each shingle in four, lowest first. Of a short text
 * a byte 255, in two how many runs of three words there are, these in four each, and then the shingles.
 */
export function packSignature({
  shingles,
  scale,
  short,
}: Omit<TextSignature, 'passages'>): Uint8Array {
  const head =
    short.length === 0 ? [Math.log2(scale)] : [withShort, short.length >> 8, short.length]
  const values = [...short, ...shingles]
  const bytes = new Uint8Array(head.length + values.length * 4)
  bytes.set(head)
  const view = new DataView(bytes.buffer, head.length)
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value)
  return bytes
}

export function unpackSignature(bytes: Uint8Array): TextSignature {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  if (first !== withShort) {
    return { shingles: valuesAfter(view, 1), scale: 2 ** first, short: none, passages: none }
  }
  const values = valuesAfter(view, 3)
  const count = view.getUint16(1)
  const short = values.subarray(0, count)
  return { shingles: values.subarray(count), scale: 1, short, passages: none }
}

function valuesAfter(view: DataView, start: number): Shingles {
  const values = new Uint32Array((view.byteLength - start) / 4)
  for (const i of values.keys()) values[i] = view.getUint32(start + i * 4)
  return values
}
