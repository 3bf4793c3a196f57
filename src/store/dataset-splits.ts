import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import { Split } from '../schema/access.ts'
import { ChosenSplit } from '../schema/stored-dataset.ts'
import type { Step } from './database.ts'
import type { InsertRows } from './insert-rows.ts'
import { batches } from './row-columns.ts'
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

export type TextSplit = { textGroup: string; split: Split }

/** So that two at the same time wait for each other and not both for ever. */
function inOneOrder(texts: readonly TextSplit[]): TextSplit[] {
  return texts.toSorted((a, b) => (a.textGroup < b.textGroup ? -1 : 1))
}

/** The newest choice counts. */
export function chooseSteps(
  kysely: Kysely<Tables>,
  texts: readonly TextSplit[],
  { by, at }: { by: string; at: number },
): Step[] {
  const wanted = new Map(inOneOrder(texts).map(({ textGroup, split }) => [textGroup, split]))
  return Array.from(wanted, ([text_group, split]) => ({
    query: kysely
      .insertInto('chosen_splits')
      .values({ text_group, split, chosen_by: by, chosen_at: at })
      .onConflict((conflict) =>
        conflict.column('text_group').doUpdateSet({ split, chosen_by: by, chosen_at: at }),
      ),
  }))
}

type Claims = {
  /** Whose entries are there. */
  version: string
  texts: readonly TextSplit[]
  /** Those of them that are shown although they are hidden until now. */
  shows: readonly string[]
  /** Those of them that are hidden and of which nothing was known. */
  anew: readonly string[]
  /** Chosen for some of them by whoever adds the version. */
  said: readonly TextSplit[]
  by: string
  at: number
}

/**
 * Texts are of these splits from now on, or nothing is written: what somebody has hidden since the version was planned
 * is shown by none, and what nobody knew of is in no other hidden split. What was shown once never hides again, which `hidesNothingShown` tells.
 */
export async function claimSteps(
  { kysely, insertRows }: { kysely: Kysely<Tables>; insertRows: InsertRows },
  { version, texts, shows, anew, said, by, at }: Claims,
): Promise<Step[]> {
  const wanted = new Map(inOneOrder(texts).map(({ textGroup, split }) => [textGroup, split]))
  const { grouped, shown } = await claimedAmong(kysely, [...wanted.keys()])
  const groups = [...wanted].filter(([id]) => !grouped.has(id))
  const showing = [...wanted].flatMap(([id, split]) =>
    split === 'evaluation' && !shown.has(id) ? [id] : [],
  )
  const meant = new Set(shows)
  const show = (some: string[]): Step[] => {
    const rows = some.map((text_group) => ({ text_group, created_at: at }))
    return insertRows('dataset_shown', rows, { unlessThere: true })
  }
  return [
    ...insertRows(
      'document_groups',
      groups.map(([id, split]) => ({ id, split, shown_to_engineer: 0, created_at: at })),
      { unlessThere: true },
    ),
    ...show(showing.filter((id) => meant.has(id))),
    // After the groups: who hides the same text in this moment is waited for there.
    { query: { compile: () => showsNothingHidden(version).compile(kysely) }, required: true },
    ...isNowhereElse(kysely, wanted, anew),
    ...show(showing.filter((id) => !meant.has(id))),
    ...chooseSteps(kysely, said, { by, at }),
  ]
}

/** Each of these has the split that is wanted. */
function isNowhereElse(
  kysely: Kysely<Tables>,
  wanted: ReadonlyMap<string, Split>,
  ids: readonly string[],
): Step[] {
  const bySplit = Map.groupBy(new Set(ids), (id) => wanted.get(id))
  return Array.from(bySplit).flatMap(([split = 'evaluation', own]) =>
    batches(own).map((batch) => ({
      query: kysely
        .selectFrom('document_groups')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('id', 'in', batch)
        .where('split', '=', split)
        .having(({ fn }) => fn.countAll(), '=', batch.length),
      required: true,
    })),
  )
}

/** Rows stay for ever: most texts of a corrected version have theirs. */
async function claimedAmong(kysely: Kysely<Tables>, textGroups: string[]) {
  const grouped = new Set<string>()
  const shown = new Set<string>()
  for (const batch of batches(textGroups)) {
    const groups = kysely.selectFrom('document_groups').select('id').where('id', 'in', batch)
    for (const { id } of await groups.execute()) grouped.add(id)
    const rows = kysely
      .selectFrom('dataset_shown')
      .select('text_group')
      .where('text_group', 'in', batch)
    for (const { text_group } of await rows.execute()) shown.add(text_group)
  }
  return { grouped, shown }
}

/** A row, unless the version would show a text that is hidden and that engineers have not come to see. */
function showsNothingHidden(version: string): RawBuilder<unknown> {
  return sql`select 1 as one where not exists (
    select 1 from dataset_entries as e
    left join document_groups as g on g.id = e.text_group
    left join chosen_splits as c on c.text_group = e.text_group
    left join dataset_shown as s on s.text_group = e.text_group
    where e.version = ${version} and e.split = 'evaluation'
      and s.text_group is null and coalesce(c.split, g.split) <> 'evaluation')`
}

/** Whether engineers have come to see none of the texts that the version would hide. */
export function hidesNothingShown(version: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 ${hiddenThoughShown(version)})`
}

/** Ids of the examples that a version hides though engineers have come to see their texts since. */
export async function shownSince(kysely: Kysely<Tables>, version: string): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select e.id ${hiddenThoughShown(version)}`.execute(
    kysely,
  )
  return new Set(rows.map(({ id }) => id))
}

function hiddenThoughShown(version: string): RawBuilder<unknown> {
  return sql`from dataset_entries as e
    left join document_groups as g on g.id = e.text_group
    left join chosen_splits as c on c.text_group = e.text_group
    left join dataset_shown as s on s.text_group = e.text_group
    where e.version = ${version} and e.split <> 'evaluation'
      and (s.text_group is not null or coalesce(c.split, g.split) = 'evaluation')`
}
