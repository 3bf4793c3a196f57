import { createHash } from 'node:crypto'
import { type CopyKeys, copyKeys, likelihoodOf, mostWithKey } from '../document/copy-keys.ts'
import { textWords } from '../document/text-words.ts'
import { kinship, overlapOf, signatureOf, type TextSignature } from '../document/text-signature.ts'
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

/** A pair by places in the list. */
type Link = { a: number; b: number } & Omit<CopyPair, 'examples'>

class CopyFinder {
  readonly #examples: readonly CopyExample[]
  readonly #union = createUnion<number>()
  readonly #links: Link[] = []
  /** Which example has a text first. */
  readonly #exact = new Map<string, number>()
  readonly #byKey = new Map<number, number[]>()
  readonly #keys = new Map<number, CopyKeys>()
  /** The best place of each excerpt. */
  readonly #excerpts = new Map<number, Link>()

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
    for (const link of this.#excerpts.values()) this.#link(link)
    const byRoot = Map.groupBy(this.#links, ({ a }) => this.#union.rootOf(a))
    return [...byRoot.values()]
      .map((links) => this.#clusterOf(links))
      .toSorted((one, other) => one.first - other.first)
      .map(({ cluster }) => cluster)
  }

  #compare(i: number, signature: TextSignature): void {
    const keys = copyKeys(signature)
    let failures = 0
    for (const j of this.#candidates(keys)) {
      if (this.#union.rootOf(i) === this.#union.rootOf(j)) continue
      if (failures === mostFailures) break
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
    const other = signatureOf(textWords(this.#exampleAt(j).text))
    if (other === null) return false
    const overlap = overlapOf(signature, other)
    const kind = kinship(overlap)
    if (kind === null) return false
    const link = { a: j, b: i, kind, contained: overlap.contained }
    if (kind === 'copy') this.#link(link)
    else this.#keepExcerpt(signature.shingles.length < other.shingles.length ? i : j, link)
    return true
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

  #keepExcerpt(shorter: number, link: Link): void {
    const best = this.#excerpts.get(shorter)
    if (best === undefined || best.contained < link.contained) this.#excerpts.set(shorter, link)
  }

  #link(link: Link): void {
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
