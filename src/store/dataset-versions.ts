import { setImmediate } from 'node:timers/promises'
import type { Insertable, Kysely } from 'kysely'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import type { NewVersion } from './datasets.ts'
import { createInsertRows, type InsertRows } from './insert-rows.ts'
import { packSmallJson } from './packed-json.ts'
import { batches, chunksOf, rowsAtOnce } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** Texts between which others have a turn. */
const turn = 50

/**
 * Texts and entries go first, in many transactions, and mean nothing without their version, which is one
 * row at the end.
 * @returns false when another version came between
 */
export async function addVersion(context: StoreContext, version: NewVersion): Promise<boolean> {
  const { kysely, atomically } = context.database
  const insertRows = createInsertRows(context.database)
  const id = timeOrderedId()
  for (const some of chunksOf(version.contents, rowsAtOnce)) {
    await atomically(await contentSteps(insertRows, await missingOf(kysely, some)))
  }
  for (const some of chunksOf(version.entries, rowsAtOnce))
    await atomically(entrySteps(insertRows, id, some))
  const row = await versionRow(context, id, version)
  const query = kysely
    .insertInto('dataset_versions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
  const splits = splitSteps(insertRows, id, version)
  if ((await atomically([{ query, required: true }, ...splits])) !== null) return true
  await atomically([{ query: kysely.deleteFrom('dataset_entries').where('version', '=', id) }])
  return false
}

/** What no version has yet: most of a corrected one is there already. */
async function missingOf(
  kysely: Kysely<Tables>,
  contents: NewVersion['contents'],
): Promise<NewVersion['contents']> {
  const known = new Set<string>()
  for (const batch of batches(contents)) {
    const texts = kysely
      .selectFrom('dataset_texts')
      .select('document as key')
      .where(
        'document',
        'in',
        batch.map(({ document }) => document),
      )
    const labels = kysely
      .selectFrom('dataset_labels')
      .select('hash as key')
      .where(
        'hash',
        'in',
        batch.map(({ hash }) => hash),
      )
    const found = await Promise.all([texts.execute(), labels.execute()])
    for (const { key } of found.flat()) known.add(key)
  }
  return contents.filter(({ document, hash }) => !known.has(document) || !known.has(hash))
}

async function contentSteps(
  insertRows: InsertRows,
  contents: NewVersion['contents'],
): Promise<Step[]> {
  const texts: Insertable<Tables['dataset_texts']>[] = []
  for (const { document, paragraphs } of contents) {
    if (texts.length % turn === turn - 1) await setImmediate()
    texts.push({ document, content: packSmallJson(paragraphs) })
  }
  const labels = contents.map((one) => ({ hash: one.hash, content: JSON.stringify(one.labels) }))
  const unlessThere = { unlessThere: true }
  return [
    ...insertRows('dataset_texts', texts, unlessThere),
    ...insertRows('dataset_labels', labels, unlessThere),
  ]
}

function entrySteps(
  insertRows: InsertRows,
  version: string,
  entries: NewVersion['entries'],
): Step[] {
  const rows = entries.map((entry) => ({
    version,
    id: entry.id,
    split: entry.split,
    group_id: entry.group,
    text_group: entry.textGroup,
    document: entry.document,
    hash: entry.hash,
    issues: entry.issues,
    types: JSON.stringify(entry.types),
    provenance: entry.provenance === null ? null : JSON.stringify(entry.provenance),
    source_document: entry.provenance?.source ?? null,
  }))
  return insertRows('dataset_entries', rows)
}

function splitSteps(insertRows: InsertRows, version: string, { splits }: NewVersion): Step[] {
  const rows = splits.map(({ split, examples, issues, types, hash }) => ({
    version,
    split,
    examples,
    issues,
    types: JSON.stringify(types),
    hash,
  }))
  return insertRows('dataset_version_splits', rows)
}

async function versionRow(
  { database: { kysely }, now }: StoreContext,
  id: string,
  version: NewVersion,
) {
  const before = await kysely
    .selectFrom('dataset_versions')
    .select(['sequence', 'evaluation_hash'])
    .where('id', '=', version.after?.id ?? '')
    .executeTakeFirst()
  // Without an example for them there is nothing that readers of `evaluation` see.
  const hash = version.splits.find(({ split }) => split === 'evaluation')?.hash ?? ''
  return {
    id,
    dataset: version.dataset,
    sequence: (before?.sequence ?? 0) + 1,
    hash: version.hash,
    evaluation_hash: hash,
    evaluation_changed: hash === (before?.evaluation_hash ?? '') ? 0 : 1,
    created_by: version.createdBy,
    created_at: now(),
    provenance: JSON.stringify(version.provenance),
  }
}
