import { runHash, wordHash } from './text-words.ts'

/** Hashes of every run of some words, sorted, each once. */
export type Shingles = Uint32Array

/**
 * @param words as `textWords` tells them
 * @param size words of a run; runs of two sizes have different hashes
 */
export function shinglesOf(words: string[], size: number): Shingles {
  const hashes = Uint32Array.from(words, wordHash)
  const runs = new Uint32Array(Math.max(0, hashes.length - size + 1))
  for (let at = 0; at < runs.length; at += 1) runs[at] = runHash(hashes, at, size)
  return distinct(runs.sort())
}

/** Those below a bound: the first ones, as they are sorted. */
export function shinglesBelow(shingles: Shingles, bound: number): Shingles {
  let [from, to] = [0, shingles.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((shingles[middle] ?? 0) < bound) from = middle + 1
    else to = middle
  }
  return shingles.subarray(0, from)
}

/** How many stand in both. */
export function sharedShingles(a: Shingles, b: Shingles): number {
  let count = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i] ?? 0, b[j] ?? 0]
    if (left === right) count += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  return count
}

function distinct(sorted: Uint32Array): Uint32Array {
  let length = 0
  for (const value of sorted) {
    if (length === 0 || sorted[length - 1] !== value) sorted[length++] = value
  }
  return sorted.slice(0, length)
}
