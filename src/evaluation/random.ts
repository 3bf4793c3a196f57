import { createHash } from 'node:crypto'

export interface Random {
  /** 32 uniform bits as an unsigned integer. */
  next(): number
  /** An integer from 0 to `n` - 1, for `n` below 2^21. */
  int(n: number): number
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}

/**
 * xoshiro128** (Blackman & Vigna 2021), seeded with the SHA-256 of `key`, so that a result that was
 * made with random numbers can be made again from its content.
 */
export function createRandom(key: string): Random {
  const seed = createHash('sha256').update(key).digest()
  let s0 = seed.readInt32LE(0)
  let s1 = seed.readInt32LE(4)
  let s2 = seed.readInt32LE(8)
  let s3 = seed.readInt32LE(12)
  if ((s0 | s1 | s2 | s3) === 0) s0 = 1

  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9)
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotateLeft(s3, 11)
    return result >>> 0
  }
  return { next, int: (n) => Math.floor((next() / 2 ** 32) * n) }
}
