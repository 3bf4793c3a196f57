import type { Kysely } from 'kysely'
import { Split } from '../schema/access.ts'
import { ChosenSplit } from '../schema/stored-dataset.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { createInsertRows } from './insert-rows.ts'
import { batches, chunksOf, rowsAtOnce } from './row-columns.ts'
import type { Tables } from './tables.ts'

/**
 * What a dataset has shown counts more than what a custodian has chosen, and that more than what the group of
 * documents says, which never changes.
 */
export async function splitsOfTexts(
  kysely: Kysely<Tables>,
  textGroups: string[],
): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>()
  for (const batch of batches(textGroups)) {
    const groups = await kysely
      .selectFrom('document_groups')
      .select(['id', 'split'])
      .where('id', 'in', batch)
      .execute()
    const shown = await kysely
      .selectFrom('dataset_shown')
      .select('text_group')
      .where('text_group', 'in', batch)
      .execute()
    for (const { id, split } of groups) splits.set(id, Split.parse(split))
    for (const [id, { split }] of await chosenSplits(kysely, batch)) splits.set(id, split)
    for (const { text_group } of shown) splits.set(text_group, 'evaluation')
  }
  return splits
}

/** By text group. */
export async function chosenSplits(
  kysely: Kysely<Tables>,
  textGroups: string[],
): Promise<Map<string, ChosenSplit>> {
  const chosen = new Map<string, ChosenSplit>()
  for (const batch of batches(textGroups)) {
    const rows = await kysely
      .selectFrom('chosen_splits')
      .select(['text_group', 'split', 'chosen_by'])
      .where('text_group', 'in', batch)
      .execute()
    for (const { text_group, split, chosen_by: by } of rows)
      chosen.set(text_group, ChosenSplit.parse({ split, by }))
  }
  return chosen
}

/** The newest choice counts. */
export function chooseSteps(
  kysely: Kysely<Tables>,
  texts: readonly { textGroup: string; split: Split }[],
  { by, at }: { by: string; at: number },
): Step[] {
  const wanted = new Map(texts.map(({ textGroup, split }) => [textGroup, split]))
  return Array.from(wanted, ([text_group, split]) => ({
    query: kysely
      .insertInto('chosen_splits')
      .values({ text_group, split, chosen_by: by, chosen_at: at })
      .onConflict((conflict) =>
        conflict.column('text_group').doUpdateSet({ split, chosen_by: by, chosen_at: at }),
      ),
  }))
}

export async function claimTexts(
  { database, now }: StoreContext,
  texts: { textGroup: string; split: Split }[],
): Promise<Map<string, Split>> {
  const time = now()
  const insertRows = createInsertRows(database)
  const wanted = new Map(texts.map(({ textGroup, split }) => [textGroup, split]))
  for (const batch of chunksOf([...wanted], rowsAtOnce)) {
    const groups = batch.map(([id, split]) => ({
      id,
      split,
      shown_to_engineer: 0,
      created_at: time,
    }))
    const shown = batch.filter(([, split]) => split === 'evaluation')
    await database.atomically([
      ...insertRows('document_groups', groups, { unlessThere: true }),
      ...insertRows(
        'dataset_shown',
        shown.map(([text_group]) => ({ text_group, created_at: time })),
        { unlessThere: true },
      ),
    ])
  }
  const holds = await splitsOfTexts(database.kysely, [...wanted.keys()])
  return new Map([...holds].filter(([textGroup, split]) => isRefused(wanted.get(textGroup), split)))
}

/** Hidden in another split than it is as a document is hidden all the same. */
function isRefused(wanted: Split | undefined, split: Split): boolean {
  return split === 'evaluation' && wanted !== 'evaluation'
}
