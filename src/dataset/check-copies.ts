import { createHash } from 'node:crypto'
import { type CopyKeys, copyKeys, likelihoodOf, mostWithKey } from '../document/copy-keys.ts'
import { textWords } from '../document/text-words.ts'
import {
  isShort,
  kinship,
  overlapOf,
  signatureOf,
  type TextSignature,
} from '../document/text-signature.ts'
import type { Split } from '../schema/access.ts'
import { createUnion } from './union.ts'

export type CopyExample = {
  id: string
  /** Null when it is in none yet. */
  split: Split | null
  /** Paragraphs of its document, one a line. */
  text: string
}

/** Two examples of which one is a copy of the other, or an excerpt. */
type CopyPair = {
  /** Ids, in the order of the examples. */
  examples: [string, string]
  /** `exact`: the same words. `copy`: another version. `excerpt`: the shorter is a piece of the longer. */
  kind: 'exact' | 'copy' | 'excerpt'
  /** Of the shorter text, what stands in the longer one; 0 to 1. */
  contained: number
}

/** Examples that belong together, of one split or of several. */
export type CopyCluster = {
  examples: { id: string; split: Split | null }[]
  /** Enough to connect them all, not every one there is. */
  pairs: CopyPair[]
  /** Whether it lies in more than one split: what is measured in one was seen in another. */
  acrossSplits: boolean
}

/**
 * Examples that are copies of each other, in the order of the examples. The work grows with the length of
 * the texts, not with the number of pairs. Texts without a word are copies of nothing.
 */
export function checkCopies(examples: readonly CopyExample[]): CopyCluster[] {
  const finder = new CopyFinder(examples)
  for (const i of examples.keys()) finder.add(i)
  return finder.clusters()
}

/** Of candidates in a row, the likeliest first: those after them only share a form's text with it. */
const mostFailures = 8
/** Of a short text, which has few keys: each is in many texts. */
const mostFailuresOfShort = 32
/** Signatures of long texts at hand: passages of a document often come together. */
const mostAtHand = 64

/** A pair by places in the list. */
type Link = { a: number; b: number } & Omit<CopyPair, 'examples'>

/** Where an excerpt stands; `isPassage`: one that is too short for runs of five words. */
type Place = Link & { shorter: number; isPassage: boolean }

class CopyFinder {
  readonly #examples: readonly CopyExample[]
  readonly #union = createUnion<number>()
  readonly #links: Link[] = []
  /** Which example has a text first. */
  readonly #exact = new Map<string, number>()
  readonly #byKey = new Map<number, number[]>()
  readonly #keys = new Map<number, CopyKeys>()
  /** The last used ones, oldest first. */
  readonly #atHand = new Map<number, TextSignature>()
  /** The best place of each excerpt. */
  readonly #excerpts = new Map<number, Place>()

  constructor(examples: readonly CopyExample[]) {
    this.#examples = examples
  }

  add(i: number): void {
    const words = textWords(this.#exampleAt(i).text)
    if (words.length === 0) return
    const hash = createHash('sha256').update(words.join(' ')).digest('base64')
    const same = this.#exact.get(hash)
    if (same !== undefined) {
      this.#link({ a: same, b: i, kind: 'exact', contained: 1 })
      return
    }
    this.#exact.set(hash, i)
    const signature = signatureOf(words)
    if (signature !== null) this.#compare(i, signature)
  }

  clusters(): CopyCluster[] {
    const places = [...this.#excerpts.values()]
    for (const place of places) if (!place.isPassage) this.#link(place)
    for (const place of this.#homesOf(places)) this.#link(place)
    const byRoot = Map.groupBy(this.#links, ({ a }) => this.#union.rootOf(a))
    return [...byRoot.values()]
      .map((links) => this.#clusterOf(links))
      .toSorted((one, other) => one.first - other.first)
      .map(({ cluster }) => cluster)
  }

  #compare(i: number, signature: TextSignature): void {
    const keys = copyKeys(signature)
    const most = isShort(signature) ? mostFailuresOfShort : mostFailures
    let failures = 0
    for (const j of this.#candidates(keys)) {
      if (this.#union.rootOf(i) === this.#union.rootOf(j) || this.#hasPlace(i, j)) continue
      if (failures === most) break
      failures = this.#isKin({ i, j, signature }) ? 0 : failures + 1
    }
    this.#keys.set(i, keys)
    for (const key of keys.keys) {
      const known = this.#byKey.get(key)
      if (known === undefined) this.#byKey.set(key, [i])
      else if (known.length < mostWithKey) known.push(i)
    }
  }

  #isKin({ i, j, signature }: { i: number; j: number; signature: TextSignature }): boolean {
    const other = this.#signatureOf(j)
    if (other === null) return false
    const overlap = overlapOf(signature, other)
    const kind = kinship(overlap)
    if (kind === null) return false
    const link = { a: j, b: i, kind, contained: overlap.contained }
    if (kind === 'copy') this.#link(link)
    else {
      const shorter = signature.shingles.length < other.shingles.length ? i : j
      this.#keepExcerpt({ ...link, shorter, isPassage: overlap.compared === 'passage' })
    }
    return true
  }

  /** Whether a short text is known to stand in another one as a whole, and this one could only be one more. */
  #hasPlace(i: number, j: number): boolean {
    const isLong = (this.#keys.get(j)?.long.shingles.length ?? 0) > 0
    return isLong && this.#excerpts.get(i)?.contained === 1
  }

  #signatureOf(j: number): TextSignature | null {
    const signature = this.#atHand.get(j) ?? signatureOf(textWords(this.#exampleAt(j).text))
    if (signature === null || isShort(signature)) return signature
    this.#atHand.delete(j)
    this.#atHand.set(j, signature)
    const [oldest] = this.#atHand.keys()
    if (this.#atHand.size > mostAtHand && oldest !== undefined) this.#atHand.delete(oldest)
    return signature
  }

  /** The likeliest first. */
  #candidates(keys: CopyKeys): number[] {
    const found = new Set<number>()
    for (const key of keys.keys) for (const j of this.#byKey.get(key) ?? []) found.add(j)
    return [...found]
      .map((j) => ({ j, likelihood: likelihoodOf(keys, this.#keys.get(j) ?? keys) }))
      .filter(({ likelihood }) => likelihood > 0)
      .toSorted((one, other) => other.likelihood - one.likelihood)
      .map(({ j }) => j)
  }

  #keepExcerpt(place: Place): void {
    const best = this.#excerpts.get(place.shorter)
    if (best === undefined || best.contained < place.contained)
      this.#excerpts.set(place.shorter, place)
  }

  /** Of versions of one passage the nearest place of one: a clause would join all the documents that it stands in. */
  #homesOf(places: readonly Place[]): Place[] {
    const passages = places.filter(({ isPassage }) => isPassage)
    const byCluster = Map.groupBy(passages, ({ shorter }) => this.#union.rootOf(shorter))
    return [...byCluster.values()].map((some) =>
      some.reduce((best, one) => (one.contained > best.contained ? one : best)),
    )
  }

  #link({ a, b, kind, contained }: Link): void {
    const link = { a, b, kind, contained }
    this.#links.push(link)
    this.#union.join(link.a, link.b)
  }

  #clusterOf(links: Link[]): { first: number; cluster: CopyCluster } {
    const places = [...new Set(links.flatMap(({ a, b }) => [a, b]))].toSorted((a, b) => a - b)
    const examples = places.map((i) => {
      const { id, split } = this.#exampleAt(i)
      return { id, split }
    })
    const pairs = links.map(({ a, b, kind, contained }) => {
      const [one, other] = [Math.min(a, b), Math.max(a, b)].map((i) => this.#exampleAt(i).id)
      return { examples: [one ?? '', other ?? ''] as [string, string], kind, contained }
    })
    const acrossSplits = new Set(examples.map(({ split }) => split)).size > 1
    return { first: places[0] ?? 0, cluster: { examples, pairs, acrossSplits } }
  }

  #exampleAt(i: number): CopyExample {
    const example = this.#examples[i]
    if (example === undefined) throw new Error(`There is no example ${i}.`)
    return example
  }
}
