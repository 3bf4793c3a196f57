import { runHash, wordHash } from './text-words.ts'

/** Hashes of every run of some words, sorted, each once. */
export type Shingles = Uint32Array

/**
 * @param words as `textWords` tells them
 * @param size words of a run; runs of two sizes have different hashes
 */
export function shinglesOf(words: string[], size: number): Shingles {
  return distinct(runsOf(words, size).sort())
}

/** The same in the order of the text. */
export function runsOf(words: string[], size: number): Uint32Array {
  const hashes = Uint32Array.from(words, wordHash)
  const runs = new Uint32Array(Math.max(0, hashes.length - size + 1))
  for (let at = 0; at < runs.length; at += 1) runs[at] = runHash(hashes, at, size)
  return runs
}

/**
 * The lowest of each `width` runs in a row (winnowing: Schleimer, Wilkerson and Aiken 2003), about two in `width` + 1. Of so
 * many runs that stand in two texts in the same order, both have the same lowest one.
 */
export function lowestInARow(runs: Uint32Array, width: number): Shingles {
  const lowest: number[] = []
  let at = -1
  for (let end = width; end <= runs.length; end += 1) {
    if (at < end - width) at = lowestOf(runs, end - width, end)
    else if ((runs[end - 1] ?? 0) < (runs[at] ?? 0)) at = end - 1
    else continue
    lowest.push(runs[at] ?? 0)
  }
  return distinct(Uint32Array.from(lowest).sort())
}

function lowestOf(runs: Uint32Array, from: number, to: number): number {
  let at = from
  for (let i = from + 1; i < to; i += 1) if ((runs[i] ?? 0) < (runs[at] ?? 0)) at = i
  return at
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

/** Searching for each is faster from here on than walking through both. */
const muchFewer = 16

/** How many stand in both. */
export function sharedShingles(a: Shingles, b: Shingles): number {
  if (a.length > b.length) return sharedShingles(b, a)
  if (a.length * muchFewer < b.length) {
    return a.filter((value) => b[shinglesBelow(b, value).length] === value).length
  }
  let count = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i] ?? 0, b[j] ?? 0]
    if (left === right) count += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  return count
}

/** @param sorted is changed */
export function distinct(sorted: Uint32Array): Uint32Array {
  let length = 0
  for (const value of sorted) {
    if (length === 0 || sorted[length - 1] !== value) sorted[length++] = value
  }
  return sorted.slice(0, length)
}
