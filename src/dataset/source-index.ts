import { runHash, textWords, wordHash } from '../document/text-words.ts'
import type { LeakSource } from './leak-sources.ts'

/** Words of a text as they are compared. */
export type Words = Uint32Array

/** Where something stands in the sources. */
export type SourcePlace = { source: number; line: number }

/** Of places in the sources: words there as they stand in a text, from `at` on. */
export type Run = { at: number; place: number; words: number }

/** Two places must have so many words in common in a row to be looked at. */
const wordsOfKey = 3
/** Stands between sources, so that nothing runs over an end. */
const end = 0
/** A sentence may stand in several places; more than these do not tell more. */
const mostPlaces = 4

export function wordsIn(text: string): Words {
  return Uint32Array.from(textWords(text), (word) => wordHash(word) || 1)
}

/** The words of all sources, one behind the other, and where each run of three begins. */
export class SourceIndex {
  readonly #words: Words
  readonly #places: SourcePlace[] = []
  readonly #starts = new Map<number, number[]>()

  constructor(sources: readonly LeakSource[]) {
    const words: number[] = []
    for (const [source, { text }] of sources.entries()) {
      for (const [i, line] of unescaped(text).split('\n').entries()) {
        for (const word of wordsIn(line)) {
          words.push(word)
          this.#places.push({ source, line: i + 1 })
        }
      }
      words.push(end)
      this.#places.push({ source, line: 0 })
    }
    this.#words = Uint32Array.from(words)
    for (let at = 0; at + wordsOfKey <= words.length; at += 1) {
      const key = runHash(this.#words, at, wordsOfKey)
      const known = this.#starts.get(key)
      if (known === undefined) this.#starts.set(key, [at])
      else known.push(at)
    }
  }

  placeOf(at: number): SourcePlace {
    return this.#places[at] ?? { source: 0, line: 0 }
  }

  /** Longest runs of at least `fewest` words that stand in a source as they stand in the text. */
  runs(text: Words, fewest: number): Run[] {
    const found: Run[] = []
    for (const { at, place } of this.#hits(text)) {
      if (at > 0 && text[at - 1] === this.#words[place - 1]) continue
      let words = wordsOfKey
      while (at + words < text.length && text[at + words] === this.#words[place + words]) words += 1
      if (words >= fewest) found.push({ at, place, words })
    }
    return found
  }

  /** Where the text stands most nearly, and the share of its words that stand there in its order. */
  nearest(text: Words): { place: number; share: number } | null {
    const slack = Math.ceil(text.length / 4)
    const begins = new Map<number, { hits: number; place: number }>()
    for (const { at, place } of this.#hits(text)) {
      const known = begins.get(place - at)
      if (known === undefined) begins.set(place - at, { hits: 1, place })
      else known.hits += 1
    }
    const likeliest = [...begins].toSorted(([, a], [, b]) => b.hits - a.hits).slice(0, mostPlaces)
    let best: { place: number; share: number } | null = null
    for (const [begin, { place }] of likeliest) {
      const there = this.#around(place, begin - slack, begin + text.length + slack)
      const share = inOrder(text, there) / text.length
      if (best === null || share > best.share) best = { place, share }
    }
    return best
  }

  /** Words between two bounds, of the source alone that has the place. */
  #around(place: number, from: number, to: number): Words {
    const before = place === 0 ? -1 : this.#words.lastIndexOf(end, place - 1)
    return this.#words.subarray(
      Math.max(before + 1, from),
      Math.min(this.#words.indexOf(end, place), to),
    )
  }

  /** Each place where three words of the text stand in a row. */
  *#hits(text: Words): Generator<{ at: number; place: number }> {
    for (let at = 0; at + wordsOfKey <= text.length; at += 1) {
      for (const place of this.#starts.get(runHash(text, at, wordsOfKey)) ?? []) {
        yield { at, place }
      }
    }
  }
}

/** Rule files may write letters as JSON and YAML do. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replaceAll(/\\[nrt]/g, ' ')
}

/** Length of the longest common subsequence. */
function inOrder(a: Words, b: Words): number {
  let before = new Uint16Array(b.length + 1)
  for (const word of a) {
    const row = new Uint16Array(b.length + 1)
    for (let j = 0; j < b.length; j += 1) {
      row[j + 1] = b[j] === word ? (before[j] ?? 0) + 1 : Math.max(before[j + 1] ?? 0, row[j] ?? 0)
    }
    before = row
  }
  return before[b.length] ?? 0
}
