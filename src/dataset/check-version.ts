import { textOf } from '../document/document-text.ts'
import type { DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { CopyCluster } from './check-copies.ts'
import { copiesIn, leaksIn } from './compare-texts.ts'
import type { Readable } from './dataset-reads.ts'
import type { Leak } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'
import { documentHash } from './loaded-example.ts'
import { exampleHash } from './version-hash.ts'
import { sizesOf } from './version-sizes.ts'

export type VersionCheck = {
  /** Whether the content is still what the hash says. */
  intact: boolean
  /** Examples whose document was forgotten. */
  forgotten: number
  /** Copies that lie in more than one split. */
  straddling: CopyCluster[]
  /** Copies within a split: they count twice. */
  repeated: CopyCluster[]
  /** What of hidden examples stands in the sources; for who sees none, of all that they see. */
  leaks: Leak[]
}

/** Looks at everything that the reader sees of a version, and at nothing else. */
export async function checkVersion(
  reader: Pick<Readable, 'allExamples'>,
  version: DatasetVersion,
  sources: LeakSource[],
): Promise<VersionCheck> {
  const examples = await Array.fromAsync(reader.allExamples(version))
  const texts = examples.map(leakExampleOf)
  const hidden = texts.filter(({ split }) => split !== 'evaluation')
  const open = texts.filter(({ split }) => split === 'evaluation')
  const copies = await copiesIn(texts.map(({ id, split, text }) => ({ id, split, text })))
  const { leaks } = await leaksIn(
    hidden.length > 0
      ? { examples: hidden, sources, common: open.map(({ text }) => text) }
      : { examples: open, sources, common: [] },
  )
  return {
    intact: isIntact(version, examples),
    forgotten: examples.filter(({ content }) => content === null).length,
    straddling: copies.filter(({ acrossSplits }) => acrossSplits),
    repeated: copies.filter(({ acrossSplits }) => !acrossSplits),
    leaks,
  }
}

function leakExampleOf({ id, split, content }: StoredExample) {
  const text = textOf(content?.paragraphs ?? [])
  const issues = content?.labels.issues ?? []
  const said = issues.flatMap((issue) => [issue.text, issue.location.sourceSentence ?? ''])
  return { id, split, text, issues: said.filter((one) => one !== '') }
}

function isIntact(version: DatasetVersion, examples: StoredExample[]): boolean {
  const { splits, hash } = sizesOf(examples)
  const isWhole = version.provenance !== null
  const named = isWhole ? hash : splits[0]?.hash
  return named === version.hash && examples.every(isAsHashed)
}

function isAsHashed({ content, document, hash }: StoredExample): boolean {
  if (content === null) return true
  const { paragraphs, labels } = content
  return documentHash(paragraphs) === document && exampleHash({ document, ...labels }) === hash
}
