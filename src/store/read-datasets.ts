import { sql, type Kysely, type Selectable } from 'kysely'
import { z } from 'zod'
import { Split } from '../schema/access.ts'
import {
  DatasetEntry,
  DatasetParagraph,
  type DatasetScope,
  DatasetVersion,
  ExampleLabels,
  ExampleProvenance,
  SplitSize,
  type StoredExample,
  VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { EntryFilter } from './datasets.ts'
import { unpackJson } from './packed-json.ts'
import type { Tables } from './tables.ts'

const Paragraphs = z.array(DatasetParagraph)

/** The only place that says which rows a scope has. */
const splitsOfScope: Record<DatasetScope, Split[]> = {
  everything: Split.options,
  evaluation: ['evaluation'],
  nothing: [],
}

type VersionFilter = {
  dataset?: string
  /** Beginning of the hash that the scope sees. */
  hash?: string
  before?: Pick<DatasetVersion, 'id'>
  limit?: number
}

/** Versions that a scope knows: to readers of `evaluation` one that changed nothing else was never made. */
function versionRows(kysely: Kysely<Tables>, scope: DatasetScope) {
  return kysely
    .selectFrom('dataset_versions as v')
    .selectAll('v')
    .$if(scope !== 'everything', (query) => query.where('v.evaluation_changed', '=', 1))
    .$if(scope === 'nothing', (query) => query.where(sql<boolean>`1 = 0`))
}

/** Newest first. */
export async function listVersions(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
  { dataset, hash, before, limit = 1 }: VersionFilter,
): Promise<DatasetVersion[]> {
  const column = scope === 'everything' ? 'v.hash' : 'v.evaluation_hash'
  const rows = await versionRows(kysely, scope)
    .$if(dataset !== undefined, (query) => query.where('v.dataset', '=', dataset ?? ''))
    .$if(hash !== undefined, (query) =>
      query.where(column, '>=', hash ?? '').where(column, '<', `${hash}g`),
    )
    .$if(before !== undefined, (query) =>
      query.where('v.sequence', '<', (inner) =>
        inner
          .selectFrom('dataset_versions')
          .select('sequence')
          .where('id', '=', before?.id ?? ''),
      ),
    )
    .orderBy('v.sequence', 'desc')
    .limit(limit)
    .execute()
  return versionsOf(kysely, scope, rows)
}

/** Of each dataset, by name. */
export async function newestVersions(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
): Promise<DatasetVersion[]> {
  const rows = await versionRows(kysely, scope)
    .where('v.sequence', '=', (inner) =>
      inner
        .selectFrom('dataset_versions as newest')
        .select(({ fn }) => fn.max('newest.sequence').as('sequence'))
        .whereRef('newest.dataset', '=', 'v.dataset')
        .$if(scope !== 'everything', (query) => query.where('newest.evaluation_changed', '=', 1)),
    )
    .orderBy('v.dataset')
    .execute()
  return versionsOf(kysely, scope, rows)
}

async function versionsOf(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
  rows: Selectable<Tables['dataset_versions']>[],
): Promise<DatasetVersion[]> {
  if (rows.length === 0) return []
  const sizes = await kysely
    .selectFrom('dataset_version_splits')
    .selectAll()
    .where(
      'version',
      'in',
      rows.map(({ id }) => id),
    )
    .where('split', 'in', splitsOfScope[scope])
    .execute()
  const byVersion = Map.groupBy(sizes, ({ version }) => version)
  return rows.map((row) =>
    DatasetVersion.parse({
      id: row.id,
      dataset: row.dataset,
      hash: scope === 'everything' ? row.hash : row.evaluation_hash,
      createdAt: row.created_at,
      createdBy: row.created_by,
      provenance:
        scope === 'everything' ? VersionProvenance.parse(JSON.parse(row.provenance)) : null,
      splits: (byVersion.get(row.id) ?? []).map(sizeOf).toSorted(inOrderOfSplits),
    }),
  )
}

function sizeOf(row: Selectable<Tables['dataset_version_splits']>): SplitSize {
  return SplitSize.parse({ ...row, types: JSON.parse(row.types) })
}

function inOrderOfSplits(a: SplitSize, b: SplitSize): number {
  return Split.options.indexOf(a.split) - Split.options.indexOf(b.split)
}

type EntryQuery = EntryFilter & { version: string }

function entryRows(kysely: Kysely<Tables>, scope: DatasetScope, query: EntryQuery) {
  const { version, ids, split, after, limit } = query
  const splits = splitsOfScope[scope].filter((one) => split === undefined || one === split)
  return (
    kysely
      .selectFrom('dataset_entries as e')
      .selectAll('e')
      .where('e.version', '=', version)
      // Of no split rather than of none: an engine would look at all of the version to find that out.
      .where('e.split', 'in', splits.length === 0 ? [''] : splits)
      .$if(ids !== undefined, (inner) => inner.where('e.id', 'in', ids ?? []))
      .$if(after !== undefined, (inner) => inner.where('e.id', '>', after ?? ''))
      .orderBy('e.id')
      .limit(limit)
  )
}

export async function entriesOf(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
  query: EntryQuery,
): Promise<DatasetEntry[]> {
  return (await entryRows(kysely, scope, query).execute()).map(entryOf)
}

export async function examplesOf(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
  query: EntryQuery,
): Promise<StoredExample[]> {
  const rows = await entryRows(kysely, scope, query)
    .leftJoin('dataset_texts as t', 't.document', 'e.document')
    .leftJoin('dataset_labels as l', 'l.hash', 'e.hash')
    .select(['t.content as text', 'l.content as labels'])
    .execute()
  return Promise.all(
    rows.map(async ({ text, labels, ...row }) => {
      const isThere = text !== null && labels !== null
      const content = isThere && {
        paragraphs: Paragraphs.parse(await unpackJson(text)),
        labels: ExampleLabels.parse(JSON.parse(labels)),
      }
      return { ...entryOf(row), content: content || null }
    }),
  )
}

/** Ids of examples in these versions that have the text, or were made of the document. */
export async function holdersOf(
  kysely: Kysely<Tables>,
  scope: DatasetScope,
  { versions, text, source }: { versions: string[]; text: string; source: string },
): Promise<{ version: string; id: string }[]> {
  if (versions.length === 0 || splitsOfScope[scope].length === 0) return []
  const found = await Promise.all(
    [['document', text] as const, ['source_document', source] as const].map(([column, value]) =>
      kysely
        .selectFrom('dataset_entries')
        .select(['version', 'id'])
        .where(column, '=', value)
        .where('version', 'in', versions)
        .where('split', 'in', splitsOfScope[scope])
        .orderBy('id')
        .execute(),
    ),
  )
  return found.flat()
}

function entryOf(row: Selectable<Tables['dataset_entries']>): DatasetEntry {
  const { provenance, types, group_id: group, text_group: textGroup, ...facts } = row
  return DatasetEntry.parse({
    ...facts,
    group,
    textGroup,
    types: JSON.parse(types),
    provenance: provenance === null ? null : ExampleProvenance.parse(JSON.parse(provenance)),
  })
}
