import { unlimited, type Work } from './work.ts'

const wordBits = 32

/** Where each letter of `text` stands, as bits in 32-bit words. */
function letterMasks(text: string, words: number, work: Work): Map<number, Int32Array> {
  const masks = new Map<number, Int32Array>()
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    let mask = masks.get(code)
    if (mask === undefined) {
      work.spend(words)
      mask = new Int32Array(words)
      masks.set(code, mask)
    }
    const word = i >>> 5
    mask[word] = (mask[word] ?? 0) | (1 << (i & 31))
  }
  return masks
}

function bitCount(x: number): number {
  const pairs = x - ((x >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/**
 * Prepares `pattern`, so that comparing it with many texts builds its masks once.
 * @throws TooMuchWork also when it compares
 */
export function createLcs(pattern: string, work: Work = unlimited): (text: string) => number {
  const words = Math.ceil(pattern.length / wordBits)
  const masks = letterMasks(pattern, words, work)
  const row = new Int32Array(words)

  return (text) => {
    work.spend(text.length * words)
    // A zero bit in `row` is a letter of the pattern that the subsequence uses (Hyyrö 2004).
    row.fill(-1)
    for (let i = 0; i < text.length; i++) {
      const mask = masks.get(text.charCodeAt(i))
      if (mask === undefined) continue
      let carry = 0
      for (let w = 0; w < words; w++) {
        const v = row[w] ?? 0
        const used = v & (mask[w] ?? 0)
        const sum = (v >>> 0) + (used >>> 0) + carry
        carry = sum > 0xffffffff ? 1 : 0
        row[w] = sum | 0 | (v & ~used)
      }
    }
    let length = 0
    // Bits behind the pattern stay one: no letter uses them.
    for (const bits of row) length += bitCount(~bits)
    return length
  }
}

/** Length of the longest common subsequence in UTF-16 units, 32 units a step (Hyyrö 2004). */
export function lcsLength(a: string, b: string, work?: Work): number {
  return createLcs(a, work)(b)
}

/** 2·LCS / (|a| + |b|): 1 for equal texts, 0 for nothing in common, the same in both directions. */
export function indelSimilarity(a: string, b: string, work?: Work): number {
  if (a === b) return 1
  return (2 * lcsLength(a, b, work)) / (a.length + b.length)
}
