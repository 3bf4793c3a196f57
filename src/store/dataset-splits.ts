import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import { Split } from '../schema/access.ts'
import { ChosenSplit } from '../schema/stored-dataset.ts'
import type { Database, Step } from './database.ts'
import type { InsertRows } from './insert-rows.ts'
import { batches } from './row-columns.ts'
import { oneAtATime } from './slots.ts'
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

/** With other datasets that hid it when that was confirmed. */
export type ShownText = { textGroup: string; holders: string[] }

/** Any number that nothing else locks by. */
const claimLock = 7_306_906_970

type Claiming = { database: Pick<Database, 'engine' | 'kysely'>; insertRows: InsertRows }

type Claims = {
  dataset: string
  /** Whose entries are there. */
  version: string
  /** The one before; null: it is the first. */
  after: string | null
  texts: readonly TextSplit[]
  /** Those of them that are shown although they are hidden until now. */
  shows: readonly ShownText[]
  /** Those of them that are hidden and were not in the version before, or not so; with the split that each has. */
  hides: readonly TextSplit[]
  /** Chosen for some of them by whoever adds the version. */
  said: readonly TextSplit[]
  by: string
  at: number
}

/**
 * Texts are of these splits from now on, or nothing is written: what somebody has hidden since the version was planned
 * is shown by none, and what comes and is hidden is in no other hidden split. What was shown once never hides again,
 * which `hidesNothingShown` tells.
 */
export async function claimSteps(
  { database, insertRows }: Claiming,
  { texts, shows, hides, said, by, at, ...place }: Claims,
): Promise<Step[]> {
  const { kysely } = database
  const wanted = new Map(inOneOrder(texts).map(({ textGroup, split }) => [textGroup, split]))
  const { grouped, shown } = await claimedAmong(kysely, [...wanted.keys()])
  const groups = [...wanted].filter(([id]) => !grouped.has(id))
  const showing = [...wanted].flatMap(([id, split]) =>
    split === 'evaluation' && !shown.has(id) ? [id] : [],
  )
  const meant = new Set(shows.map(({ textGroup }) => textGroup))
  const show = (some: string[]): Step[] => {
    const rows = some.map((text_group) => ({ text_group, created_at: at }))
    return insertRows('dataset_shown', rows, { unlessThere: true })
  }
  const isMoving = [groups, showing, shows, hides, said].some((some) => some.length > 0)
  return [
    // What another one hides or shows in this moment is there to be seen, or comes later and sees what this one does.
    ...(isMoving ? oneAtATime(database, claimLock) : []),
    ...insertRows(
      'document_groups',
      groups.map(([id, split]) => ({ id, split, shown_to_engineer: 0, created_at: at })),
      { unlessThere: true },
    ),
    ...show(showing.filter((id) => meant.has(id))),
    // After the groups: who hides the same text in this moment is waited for there.
    required(kysely, showsNothingHidden(place.version)),
    ...hiddenByNobodyElse(kysely, place, shows),
    ...haveTheirSplits(kysely, hides),
    ...(hides.length > 0 ? [required(kysely, isNotSplit(place))] : []),
    ...show(showing.filter((id) => !meant.has(id))),
    ...chooseSteps(kysely, said, { by, at }),
  ]
}

function required(kysely: Kysely<Tables>, query: RawBuilder<unknown>): Step {
  return { query: { compile: () => query.compile(kysely) }, required: true }
}

/** Each of these has this split, as somebody has chosen or as it was drawn. */
function haveTheirSplits(kysely: Kysely<Tables>, hides: readonly TextSplit[]): Step[] {
  const splits = new Map(hides.map(({ textGroup, split }) => [textGroup, split]))
  const bySplit = Map.groupBy(splits.keys(), (id) => splits.get(id))
  return Array.from(bySplit).flatMap(([split = 'evaluation', own]) =>
    batches(own).map((batch) => ({
      query: kysely
        .selectFrom('document_groups as g')
        .leftJoin('chosen_splits as c', 'c.text_group', 'g.id')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('g.id', 'in', batch)
        .where(({ fn }) => fn.coalesce('c.split', 'g.split'), '=', split)
        .having(({ fn }) => fn.countAll(), '=', batch.length),
      required: true,
    })),
  )
}

/** No other dataset hides them than those that it is known of. */
function hiddenByNobodyElse(
  kysely: Kysely<Tables>,
  { dataset }: Pick<Claims, 'dataset'>,
  shows: readonly ShownText[],
): Step[] {
  return hiddenOutside(dataset, shows).map((found) =>
    required(kysely, sql`select 1 as one where not exists (${found})`),
  )
}

/** What other datasets hide of texts, besides those that are known to do so. */
function hiddenOutside(dataset: string, texts: readonly ShownText[]): RawBuilder<TextSplitRow>[] {
  const byHolders = Map.groupBy(texts, ({ holders }) => JSON.stringify(holders.toSorted()))
  return [...byHolders.values()].flatMap((own) => {
    const others = hiddenByOthers([dataset, ...(own[0]?.holders ?? [])])
    return batches(own).map((batch) => {
      const ids = batch.map(({ textGroup }) => textGroup)
      return sql<TextSplitRow>`select h.text_group, h.split from (${others}) as h
        where h.text_group in (${sql.join(ids)})`
    })
  })
}

type TextSplitRow = { text_group: string; split: string }

/** What newest versions of other datasets than these hide. Crossed, or SQLite would look through all older ones. */
function hiddenByOthers(datasets: readonly string[]): RawBuilder<unknown> {
  return sql`select o.text_group, o.split from dataset_versions as v
    cross join dataset_entries as o
    where o.version = v.id and o.split in ('test', 'audit') and v.dataset not in (${sql.join(datasets)})
      and v.sequence = (
        select max(newest.sequence) from dataset_versions as newest
        where newest.dataset = v.dataset)`
}

/**
 * A row, unless what comes into one hidden split is in the other one of another dataset. What was there before is asked
 * for last, of what the others have: else it would be for each hidden entry.
 */
function isNotSplit({ dataset, version, after }: Pick<Claims, 'dataset' | 'version' | 'after'>) {
  return sql`with others as materialized (${hiddenByOthers([dataset])})
    select 1 as one where not exists (
      select 1 from dataset_entries as e join others as h on h.text_group = e.text_group
      where e.version = ${version} and e.split <> 'evaluation' and h.split <> e.split
        and not exists (
          select 1 from dataset_entries as p
          where p.version = ${after ?? ''} and p.split = e.split and p.text_group = h.text_group))`
}

/** Of these texts, what other datasets hide by now that are not known to do so. */
export async function hiddenSince(
  kysely: Kysely<Tables>,
  { dataset, texts }: { dataset: string; texts: readonly ShownText[] },
): Promise<TextSplit[]> {
  const found = hiddenOutside(dataset, texts).map((query) => query.execute(kysely))
  return (await Promise.all(found))
    .flatMap(({ rows }) => rows)
    .map((row) => ({ textGroup: row.text_group, split: Split.parse(row.split) }))
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
