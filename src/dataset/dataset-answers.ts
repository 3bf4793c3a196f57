import { cutText } from '../lib/cut-text.ts'
import { UserFacingError } from '../lib/errors.ts'
import type {
  DatasetCheck,
  DatasetDiff,
  DatasetExample,
  ExampleEntry,
  ListedExample,
} from '../schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../schema/api/dataset-version.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type {
  DatasetEntry,
  DatasetVersion,
  ExampleProvenance,
  StoredExample,
} from '../schema/stored-dataset.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { CopyCluster } from './check-copies.ts'
import { checkVersion } from './check-version.ts'
import type { Readable } from './dataset-reads.ts'
import { diffStoredVersions } from './diff-stored-versions.ts'
import { foundLeak, mostFound } from './found-leak.ts'

/**
 * @param version its hash, the beginning of it, or `newest`
 * @throws UserFacingError dataset-not-found, the same whether there is none or nothing of it may be seen
 */
export async function findVersion(
  reader: Pick<Readable, 'version'>,
  { dataset, version = 'newest' }: { dataset: string; version?: string },
): Promise<DatasetVersion> {
  const hash = version === 'newest' ? undefined : version
  const found = await reader.version({ dataset, hash })
  if (found !== null) return found
  throw new UserFacingError(
    'dataset-not-found',
    'There is no such dataset or version, or you may not see it.',
  )
}

type NameOf = (id: string) => PersonName

export function versionEntry(
  { id: _id, createdBy, ...version }: DatasetVersion,
  nameOf: NameOf,
): DatasetVersionEntry {
  return { ...version, createdBy: nameOf(createdBy) }
}

export function exampleEntry(entry: DatasetEntry, nameOf: NameOf): ExampleEntry {
  const { id, split, group, document, hash, issues, types, provenance } = entry
  const { file = null, labelled, chosen } = provenance ?? {}
  const said = chosen?.split === split && { splitSaidBy: nameOf(chosen.by) }
  const facts = { id, split, group, document, hash, issues, types, file, ...said }
  return { ...facts, labelled: labelled === undefined ? null : namedLabelled(labelled, nameOf) }
}

function namedLabelled(
  { by, settledBy }: NonNullable<ExampleProvenance['labelled']>,
  nameOf: NameOf,
): ExampleEntry['labelled'] {
  return { by: by.map(nameOf), settledBy: settledBy === null ? null : nameOf(settledBy) }
}

export function datasetExample(example: StoredExample, nameOf: NameOf): DatasetExample {
  return {
    ...exampleEntry(example, nameOf),
    paragraphs: example.content?.paragraphs ?? null,
    labels: example.content?.labels.issues ?? null,
  }
}

/** Characters of a text that lists give, and at most half of it. */
const longestBeginning = 200

/** @param whole whether whole texts and labels stand in it, too */
export function listedExample(
  example: StoredExample,
  { nameOf, whole }: { nameOf: NameOf; whole: boolean },
): ListedExample {
  const { paragraphs = null } = example.content ?? {}
  const shown = datasetExample(whole ? example : { ...example, content: null }, nameOf)
  if (paragraphs === null) return { ...shown, beginning: null, length: null }
  const text = paragraphs.map((paragraph) => paragraph.text).join(' ')
  const beginning = cutText(text, Math.min(longestBeginning, Math.ceil(text.length / 2)))
  return { ...shown, beginning, length: paragraphs.length }
}

/** @throws UserFacingError dataset-not-found */
export async function datasetCheck(
  reader: Readable,
  wanted: { dataset: string; version: string },
  against: Parameters<typeof checkVersion>[2],
): Promise<DatasetCheck> {
  const version = await findVersion(reader, wanted)
  const { straddling, repeated, leaks, elsewhere, ...told } = await checkVersion(
    reader,
    version,
    against,
  )
  // Whoever sees one split cannot be told of others, nor that there is nothing in them.
  const seesAll = version.provenance !== null
  return {
    dataset: version.dataset,
    hash: version.hash,
    ...told,
    counts: {
      straddling: seesAll ? straddling.length : null,
      repeated: repeated.length,
      leaks: leaks.length,
      elsewhere: seesAll ? elsewhere.length : null,
    },
    searched: against.search.sources.length,
    flow: against.search.flow,
    left: against.search.left,
    straddling: straddling.slice(0, mostFound).map(copiesFound),
    repeated: repeated.slice(0, mostFound).map(copiesFound),
    leaks: leaks.slice(0, mostFound).map(foundLeak),
    elsewhere: elsewhere.slice(0, mostFound),
  }
}

function copiesFound({
  examples,
}: Pick<CopyCluster, 'examples'>): DatasetCheck['straddling'][number] {
  const found = examples.map(({ id, split }) => ({ id, split: split ?? ('evaluation' as const) }))
  return { examples: found }
}

type Compared = {
  dataset: string
  from: string
  to: string
  limit: number
  /** Whether labels are told as they are, however long; of others the beginnings of their texts. */
  whole: boolean
}

/** @throws UserFacingError dataset-not-found */
export async function datasetDiff(
  reader: Readable,
  { dataset, from, to, limit, whole }: Compared,
): Promise<DatasetDiff> {
  const before = await findVersion(reader, { dataset, version: from })
  const after = await findVersion(reader, { dataset, version: to })
  const diff = await diffStoredVersions(reader, { before, after, detailed: limit })
  return {
    dataset,
    from: before.hash,
    to: after.hash,
    counts: {
      added: diff.added.length,
      removed: diff.removed.length,
      moved: diff.moved.length,
      regrouped: diff.regrouped.length,
      replaced: diff.replaced.length,
      relabelled: diff.relabelled.length,
    },
    added: diff.added.slice(0, limit),
    removed: diff.removed.slice(0, limit),
    moved: diff.moved.slice(0, limit),
    regrouped: diff.regrouped.slice(0, limit),
    replaced: diff.replaced.slice(0, limit),
    relabelled: whole ? diff.labels : diff.labels.map(shortened),
  }
}

type Relabelled = DatasetDiff['relabelled'][number]

function shortened({ id, added, removed, changed }: Relabelled): Relabelled {
  return {
    id,
    added: added.map(shortLabel),
    removed: removed.map(shortLabel),
    changed: changed.map(({ before, after }) => {
      return { before: shortLabel(before), after: shortLabel(after) }
    }),
  }
}

/** Whatever fields the file had besides may hold any text. */
function shortLabel({ extra: _extra, ...label }: LabelledIssue): LabelledIssue {
  const { text, explanation, suggestedFix, location } = label
  const { sourceSentence, ...place } = location
  const short = (one: string): string => cutText(one, longestBeginning)
  return {
    ...label,
    text: short(text),
    ...(typeof explanation === 'string' && { explanation: short(explanation) }),
    ...(typeof suggestedFix === 'string' && { suggestedFix: short(suggestedFix) }),
    location: {
      ...place,
      ...(sourceSentence !== undefined && { sourceSentence: short(sourceSentence) }),
    },
  }
}
