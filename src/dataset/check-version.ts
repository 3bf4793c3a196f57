import { setImmediate } from 'node:timers/promises'
import { textOf } from '../document/document-text.ts'
import { fewestWords } from '../document/text-signature.ts'
import { textWords } from '../document/text-words.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { CopyCluster } from './check-copies.ts'
import { copiesIn, leaksIn } from './compare-texts.ts'
import type { Readable } from './dataset-reads.ts'
import { withoutEmpty } from './fields.ts'
import { type FiledDocuments, filedGroupOf, filedGroups } from './filed-groups.ts'
import type { Leak, LeakExample } from './find-leaks.ts'
import { groupExamples } from './group-examples.ts'
import type { LeakSearch } from './leak-sources.ts'
import { documentHash } from './document-hash.ts'
import {
  type Elsewhere,
  type HiddenExample,
  type OpenElsewhere,
  openElsewhere,
} from './open-elsewhere.ts'
import { readableOf } from './version-drafts.ts'
import { exampleHash } from './version-hash.ts'
import { sizesOf } from './version-sizes.ts'

export type VersionCheck = {
  /** Whether the content is still what the hash says. */
  intact: boolean
  /** Examples whose document was forgotten. */
  forgotten: number
  /** Texts that are too short to be told as near copies of others: only equal ones are found. */
  short: number
  /** What belongs together and lies in more than one split: copies, and parts of one document. */
  straddling: Straddling[]
  /** Copies within a split: they count twice. */
  repeated: CopyCluster[]
  /** What of hidden examples stands in the sources; for who sees none, of all that they see. */
  leaks: Leak[]
  /** Hidden examples that engineers can read as a document or in another dataset; for who sees them. */
  elsewhere: OpenElsewhere[]
}

type Straddling = { examples: { id: string; split: Split }[] }

type Against = {
  search: LeakSearch
  /** Where else hidden examples may lie open, and where documents are filed. */
  place: Elsewhere & { store: { documents: FiledDocuments } }
}

/** Looks at everything that the reader sees of a version; for hidden examples, at what engineers see, too. */
export async function checkVersion(
  reader: Pick<Readable, 'allExamples'>,
  version: DatasetVersion,
  { search: { sources }, place }: Against,
): Promise<VersionCheck> {
  const { texts, entries, areAsHashed, forgotten, secret } = await readThrough(
    reader.allExamples(version),
  )
  const hidden = texts.filter(({ split }) => split !== 'evaluation')
  const open = texts.filter(({ split }) => split === 'evaluation')
  const copies = await copiesIn(texts.map(({ id, split, text }) => ({ id, split, text })))
  const { leaks } = await leaksIn(
    hidden.length > 0
      ? { examples: hidden, sources, common: open.map(({ text }) => text) }
      : { examples: open, sources, common: [] },
  )
  const straddling = await straddlingAmong(place.store.documents, entries, copies)
  return {
    intact: areAsHashed && isNamedAs(version, entries),
    forgotten,
    short: texts.filter(({ text }) => isShort(text)).length,
    straddling,
    repeated: copies.filter(({ acrossSplits }) => !acrossSplits),
    leaks,
    elsewhere: await openElsewhere(place, version.dataset, secret),
  }
}

/** Who sees one split is told of no other, and no document is looked up for them. */
async function straddlingAmong(
  documents: FiledDocuments,
  entries: readonly DatasetEntry[],
  copies: readonly CopyCluster[],
): Promise<Straddling[]> {
  if (new Set(entries.map(({ split }) => split)).size < 2) return []
  const filed = await filedGroups(documents, entries)
  const groupable = entries.map((entry) => {
    const { id, textGroup, provenance } = entry
    const ties = { group: provenance?.group, filedIn: filedGroupOf(filed, entry) }
    return { id, textGroup, ...withoutEmpty(ties) }
  })
  const pairs = copies.flatMap((cluster) => cluster.pairs.map(({ examples }) => examples))
  const groupOf = groupExamples(groupable, pairs)
  const groups = Map.groupBy(entries, ({ id }) => groupOf.get(id))
  return [...groups.values()]
    .filter((some) => new Set(some.map(({ split }) => split)).size > 1)
    .map((some) => ({ examples: some.map(({ id, split }) => ({ id, split })) }))
}

function isShort(text: string): boolean {
  const words = textWords(text).length
  return words > 0 && words < fewestWords
}

type ReadThrough = {
  texts: LeakExample[]
  entries: DatasetEntry[]
  /** Whether each has the text and labels that its hashes say. */
  areAsHashed: boolean
  forgotten: number
  secret: HiddenExample[]
}

/** Examples between which others have a turn. */
const turn = 100

/** Of each example only what is compared is held. */
async function readThrough(examples: AsyncIterable<StoredExample>): Promise<ReadThrough> {
  const read: ReadThrough = { texts: [], entries: [], areAsHashed: true, forgotten: 0, secret: [] }
  for await (const example of examples) {
    const { content, ...entry } = example
    read.entries.push(entry)
    read.texts.push(leakExampleOf(example))
    read.areAsHashed &&= isAsHashed(example)
    if (content === null) read.forgotten += 1
    else if (entry.split !== 'evaluation') read.secret.push(hiddenExampleOf(entry, content))
    if (read.entries.length % turn === 0) await setImmediate()
  }
  return read
}

function leakExampleOf({ id, split, content }: StoredExample): LeakExample {
  const text = textOf(content?.paragraphs ?? [])
  const issues = content?.labels.issues ?? []
  const said = issues.flatMap((issue) => [issue.text, issue.location.sourceSentence ?? ''])
  return { id, split, text, issues: said.filter((one) => one !== '') }
}

function hiddenExampleOf(
  { id, split, textGroup, provenance }: DatasetEntry,
  { paragraphs }: NonNullable<StoredExample['content']>,
): HiddenExample {
  return { id, split, textGroup, document: readableOf({ id, paragraphs, file: provenance?.file }) }
}

/** By those splits that the reader sees; who sees one of them, of which nothing is left, sees no hash. */
function isNamedAs(version: DatasetVersion, entries: DatasetEntry[]): boolean {
  const { splits, hash } = sizesOf(entries)
  const isWhole = version.provenance !== null
  return (isWhole ? hash : (splits[0]?.hash ?? '')) === version.hash
}

function isAsHashed({ content, document, hash }: StoredExample): boolean {
  if (content === null) return true
  const { paragraphs, labels } = content
  return documentHash(paragraphs) === document && exampleHash({ document, ...labels }) === hash
}
