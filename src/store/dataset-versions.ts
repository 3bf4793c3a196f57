import { setImmediate } from 'node:timers/promises'
import { type Insertable, type Kysely, sql } from 'kysely'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { SplitSize } from '../schema/stored-dataset.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { copyEntries } from './copy-entries.ts'
import { deleteForgottenSteps } from './dataset-contents.ts'
import { claimSteps, hidesNothingShown } from './dataset-splits.ts'
import type { NewVersion } from './datasets.ts'
import { createInsertRows, type InsertRows } from './insert-rows.ts'
import { settleSteps } from './label-sets.ts'
import { packSmallText, packText } from './packed-json.ts'
import { batches, chunksOf, rowsAtOnce } from './row-columns.ts'
import type { Tables } from './tables.ts'
import { continueStep } from './test-set-generations.ts'

/**
 * Entries and texts go first, in many transactions, and mean nothing without their version, which is one
 * row at the end. Entries come before the texts that they hold: what no entry holds is pruned. With the version come
 * its dataset, the splits of its texts and what it settles, or none of it.
 * @returns false when another version came between, engineers have come to see what it would hide, or somebody
 * else has settled what it settles or hidden what it would show
 */
export async function addVersion(context: StoreContext, version: NewVersion): Promise<boolean> {
  const { kysely, atomically } = context.database
  const insertRows = createInsertRows(context.database)
  const id = timeOrderedId()
  for (const some of chunksOf(version.entries, rowsAtOnce)) {
    await atomically(entrySteps(insertRows, id, some))
  }
  if (version.keepsOthers && version.after !== null) {
    const except = version.entries.map((entry) => entry.id)
    await copyEntries(context.database, { from: version.after.id, to: id, except })
  }
  for (const some of chunksOf(version.contents, rowsAtOnce)) {
    await addContents({ kysely, atomically, insertRows }, some)
  }
  const row = await versionRow(context, id, version)
  const query = insertVersion(kysely, row)
  const { dataset, createdBy: by } = version
  const made = { name: dataset, created_by: by, created_at: row.created_at }
  const datasets = insertRows('datasets', [made], { unlessThere: true })
  const { entries: texts, shows = [], hides = [], said = [] } = version
  const place = { dataset, version: id, after: version.after?.id ?? null }
  const claimed = { ...place, texts, shows, hides, said, by, at: row.created_at }
  const claims = await claimSteps({ database: context.database, insertRows }, claimed)
  const splits = splitSteps(insertRows, id, version)
  const testSets = testSetSteps(kysely, version, row.created_at)
  const forgotten = deleteForgottenSteps(kysely, id)
  const { settles } = version
  const settled = settles ? settleSteps(context.database, settles, row.created_at) : []
  const added = { query, required: true }
  const itself = [added, ...settled, ...testSets, ...splits, ...forgotten]
  const steps = [...claims, ...datasets, ...itself]
  if ((await atomically(steps)) !== null) return true
  await atomically([{ query: kysely.deleteFrom('dataset_entries').where('version', '=', id) }])
  return false
}

function insertVersion(kysely: Kysely<Tables>, row: Insertable<Tables['dataset_versions']>) {
  const values = Object.entries(row).map(([column, value]) =>
    typeof value === 'number'
      ? sql`cast(${value} as bigint)`.as(column)
      : sql`cast(${value} as text)`.as(column),
  )
  const one = sql<{ one: number }>`(select 1 as one)`.as('one')
  return kysely
    .insertInto('dataset_versions')
    .columns(Object.keys(row) as (keyof typeof row)[])
    .expression(kysely.selectFrom(one).select(values).where(hidesNothingShown(row.id)))
    .onConflict((conflict) => conflict.doNothing())
}

type Adding = Pick<StoreContext['database'], 'kysely' | 'atomically'> & { insertRows: InsertRows }

/** What no version has yet: most texts of a corrected one are there already. */
async function addContents(
  { kysely, atomically, insertRows }: Adding,
  contents: NewVersion['contents'],
): Promise<void> {
  const known = await knownContents(kysely, contents)
  // In one order each, so that two at the same time wait for each other and not both for ever.
  const texts = contents
    .filter(({ document }) => !known.documents.has(document))
    .toSorted((a, b) => (a.document < b.document ? -1 : 1))
  const labels = contents
    .filter(({ hash }) => !known.hashes.has(hash))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
  const unlessThere = { unlessThere: true }
  await atomically([
    ...insertRows('dataset_texts', await packTexts(texts), unlessThere),
    ...insertRows(
      'dataset_labels',
      labels.map((one) => ({ hash: one.hash, content: JSON.stringify(one.labels) })),
      unlessThere,
    ),
  ])
}

async function knownContents(kysely: Kysely<Tables>, contents: NewVersion['contents']) {
  const documents = new Set<string>()
  const hashes = new Set<string>()
  for (const batch of batches(contents)) {
    const texts = kysely
      .selectFrom('dataset_texts')
      .select('document')
      .where(
        'document',
        'in',
        batch.map(({ document }) => document),
      )
    const labels = kysely
      .selectFrom('dataset_labels')
      .select('hash')
      .where(
        'hash',
        'in',
        batch.map(({ hash }) => hash),
      )
    const [foundTexts, foundLabels] = await Promise.all([texts.execute(), labels.execute()])
    for (const { document } of foundTexts) documents.add(document)
    for (const { hash } of foundLabels) hashes.add(hash)
  }
  return { documents, hashes }
}

/** JSON that is compressed before others have a turn, in UTF-16 units: some ten milliseconds. */
const turn = 2 ** 20
/** Larger texts are worth the way to another thread. */
const smallText = 2 ** 16

async function packTexts(
  contents: NewVersion['contents'],
): Promise<Insertable<Tables['dataset_texts']>[]> {
  const rows: Insertable<Tables['dataset_texts']>[] = []
  let sinceTurn = 0
  for (const { document, paragraphs } of contents) {
    const json = JSON.stringify(paragraphs)
    rows.push({
      document,
      content: json.length > smallText ? await packText(json) : packSmallText(json),
    })
    sinceTurn += json.length
    if (sinceTurn < turn) continue
    await setImmediate()
    sinceTurn = 0
  }
  return rows
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

/** A test set that is no other one goes on with what the one before has. */
function testSetSteps(
  kysely: Kysely<Tables>,
  { splits, after, isNewTestSet = false }: NewVersion,
  madeAt: number,
): Step[] {
  const testOf = (sizes: readonly SplitSize[]) => sizes.find(({ split }) => split === 'test')?.hash
  const test = testOf(splits)
  if (test === undefined) return []
  const before = testOf(after?.splits ?? [])
  if (before === undefined || isNewTestSet) return [anchorStep(kysely, { test, madeAt })]
  return [continueStep(kysely, test, before)]
}

/** What is in production of each flow now is what later versions are compared with on a new test set. */
function anchorStep(
  kysely: Kysely<Tables>,
  { test, madeAt }: { test: string; madeAt: number },
): Step {
  const query = kysely
    .insertInto('test_set_anchors')
    .columns(['test_set', 'flow', 'version', 'made_at'])
    .expression(
      kysely
        .selectFrom('reference_versions as marked')
        .select([
          sql<string>`cast(${test} as text)`.as('test_set'),
          'marked.flow',
          'marked.version',
          sql<number>`cast(${madeAt} as bigint)`.as('made_at'),
        ])
        .where('marked.role', '=', 'baseline')
        .where('marked.sequence', '=', (eb) =>
          eb
            .selectFrom('reference_versions as newest')
            .select(({ fn }) => fn.max('newest.sequence').as('sequence'))
            .where('newest.role', '=', 'baseline')
            .whereRef('newest.flow', '=', 'marked.flow'),
        ),
    )
    .onConflict((conflict) => conflict.doNothing())
  return { query }
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
