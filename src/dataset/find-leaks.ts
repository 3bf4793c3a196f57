import { runHash, textWords } from '../document/text-words.ts'
import type { Split } from '../schema/access.ts'
import type { LeakSource } from './leak-sources.ts'
import { SourceIndex, type Words, wordsIn } from './source-index.ts'

export type LeakExample = {
  id: string
  split: Split
  /** Paragraphs of its document, one a line. */
  text: string
  /** Texts of its issues, and the sentences that they name. */
  issues: readonly string[]
}

export type Leak = {
  example: { id: string; split: Split }
  /** `passage`: a run of words that is no sentence. */
  kind: 'issue' | 'sentence' | 'passage'
  /** As the example has it. */
  text: string
  source: { name: string; line: number }
  /** Of its words, those that stand there in the same order; others may stand between them. */
  share: number
}

export type FoundLeaks = {
  /** In the order of the examples; of each text one place. */
  leaks: Leak[]
  /** What stands in the sources and in documents that everybody may read, too. */
  common: number
}

/** A shorter quote of an issue is what rules are made of: “will always”. */
const wordsOfIssue = 4
const wordsOfSentence = 5
/** A shorter text with a changed word is another text. */
const wordsOfNearText = 8
const wordsOfPassage = 8
/** Two words in eight may have been changed. */
const nearFrom = 0.75

/**
 * Sentences, issues and long passages of examples that stand in sources, as they are or with changed
 * words. Case, punctuation and line breaks do not count. The work grows with the length of the texts.
 * @param options.common documents that everybody may read: what one of them has is no leak
 */
export function findLeaks(
  examples: readonly LeakExample[],
  sources: readonly LeakSource[],
  { common = [] }: { common?: Iterable<string> } = {},
): FoundLeaks {
  const index = new SourceIndex(sources)
  const found = examples.flatMap((example) => leaksOf(example, index))
  const known = commonOnes(found, common)
  const leaks = found
    .filter((leak) => !known.has(leak))
    .map(({ example, kind, text, share, place }) => {
      const { source, line } = index.placeOf(place)
      const name = sources[source]?.name ?? ''
      return { example, kind, text, source: { name, line }, share }
    })
  return { leaks, common: known.size }
}

type Candidate = Omit<Leak, 'source'> & { words: Words; place: number }
type Stands = { place: number; share: number }

function leaksOf(example: LeakExample, index: SourceIndex): Candidate[] {
  const search = new Search(example, index)
  for (const issue of example.issues) search.look('issue', issue)
  const lines = example.text.split('\n')
  for (const line of lines) {
    const known = sentencesOf(line).flatMap((sentence) => {
      const { words, stands } = search.look('sentence', sentence)
      return Array.from(words, () => stands)
    })
    search.passages(line, known)
  }
  return search.found
}

const fewest = { issue: wordsOfIssue, sentence: wordsOfSentence, passage: wordsOfPassage }

/** Through one example. */
class Search {
  readonly found: Candidate[] = []
  readonly #example: Leak['example']
  readonly #index: SourceIndex
  /** By words: a sentence may stand twice, and be what an issue names. */
  readonly #looked = new Map<string, boolean>()

  constructor({ id, split }: LeakExample, index: SourceIndex) {
    this.#example = { id, split }
    this.#index = index
  }

  look(kind: 'issue' | 'sentence', text: string): { words: Words; stands: boolean } {
    const words = wordsIn(text)
    const key = words.join()
    const before = this.#looked.get(key)
    if (before !== undefined) return { words, stands: before }
    const stands = words.length < fewest[kind] ? null : standsIn(this.#index, words)
    this.#looked.set(key, stands !== null)
    if (stands !== null) this.#keep({ kind, text, words, ...stands })
    return { words, stands: stands !== null }
  }

  /** @param known for each word of the line, whether its sentence was found already */
  passages(line: string, known: boolean[]): void {
    const words = wordsIn(line)
    for (const run of this.#index.runs(words, fewest.passage)) {
      if (known.slice(run.at, run.at + run.words).every(Boolean)) continue
      const passage = words.subarray(run.at, run.at + run.words)
      const key = passage.join()
      if (this.#looked.get(key) === true) continue
      this.#looked.set(key, true)
      const text = textWords(line)
        .slice(run.at, run.at + run.words)
        .join(' ')
      this.#keep({ kind: 'passage', text, words: passage, place: run.place, share: 1 })
    }
  }

  #keep(candidate: Omit<Candidate, 'example'>): void {
    this.found.push({ example: this.#example, ...candidate })
  }
}

function standsIn(index: SourceIndex, words: Words): Stands | null {
  const [whole] = index.runs(words, words.length)
  if (whole !== undefined) return { place: whole.place, share: 1 }
  if (words.length < wordsOfNearText) return null
  const nearest = index.nearest(words)
  return nearest !== null && nearest.share >= nearFrom ? nearest : null
}

function sentencesOf(line: string): string[] {
  return line.split(/(?<=[.!?;:…。？！])\s+/u)
}

/** As long as the shortest that can leak. */
const wordsOfCommon = 4

/** A text that may be found in many examples: a sentence that every contract has. */
type FoundText = { runs: ReadonlySet<number>; leaks: Candidate[] }

/** Those of which one document has almost all. All are read also when nothing was found, so that the time tells little of it. */
function commonOnes(found: readonly Candidate[], documents: Iterable<string>): Set<Candidate> {
  const known = new Set<FoundText>()
  const byText = Map.groupBy(found, ({ words }) => words.join())
  const texts = Array.from(byText.values(), (leaks): FoundText => {
    return { leaks, runs: runsOf(leaks[0]?.words ?? new Uint32Array()) }
  })
  const byRun = new Map<number, FoundText[]>()
  for (const text of texts) {
    for (const run of text.runs) {
      const others = byRun.get(run)
      if (others === undefined) byRun.set(run, [text])
      else others.push(text)
    }
  }
  for (const document of documents) {
    for (const text of textsIn(document, byRun)) known.add(text)
  }
  return new Set([...known].flatMap(({ leaks }) => leaks))
}

function textsIn(document: string, byRun: ReadonlyMap<number, FoundText[]>): FoundText[] {
  const counts = new Map<FoundText, number>()
  for (const run of runsOf(wordsIn(document))) {
    for (const text of byRun.get(run) ?? []) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].flatMap(([text, count]) => (count >= nearFrom * text.runs.size ? text : []))
}

function runsOf(words: Words): Set<number> {
  const runs = new Set<number>()
  for (let at = 0; at + wordsOfCommon <= words.length; at += 1) {
    runs.add(runHash(words, at, wordsOfCommon))
  }
  return runs
}
