import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import { StoredLabelSet } from '../schema/label-set.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { oneAtATime } from './slots.ts'
import type { Tables } from './tables.ts'

/** What a set is of. */
type LabelledText = Pick<StoredLabelSet, 'dataset' | 'example' | 'document'>

/** Sets that are settled, and by whom. */
export type SettledSets = { text: LabelledText; people: string[]; by: string }

/**
 * Labels of several people for the same texts, beside the versions of datasets. What was handed in never
 * changes. Reads give the sets of everybody: who may see which is decided by the caller.
 */
export type LabelSets = {
  /** By person. */
  of(text: LabelledText): Promise<StoredLabelSet[]>
  /** Of the texts as a version has them, by example and person. @param examples ids, at most 1000; all when left out */
  ofVersion(dataset: string, version: string, examples?: string[]): Promise<StoredLabelSet[]>
  /**
   * @param set.revision of the set as it was read; 0 for a first one
   * @returns false when it was saved meanwhile, or is no draft any more, or others of its text are closed
   */
  save(set: LabelSetChange): Promise<boolean>
  /**
   * Closes these sets of a text, which are all that are handed in.
   * @returns false when one of them is not handed in, or is closed, or another one is handed in
   */
  settle(text: LabelledText, closed: { people: string[]; by: string }): Promise<boolean>
}

export type LabelSetChange = Omit<StoredLabelSet, 'changedAt' | 'settledBy' | 'settledAt'>

export function createLabelSets({ database, now }: StoreContext): LabelSets {
  const { kysely, atomically } = database
  return {
    ...createLabelSetReads(database),
    async save(set) {
      const query = set.revision === 0 ? insertion(kysely, set, now()) : change(kysely, set, now())
      const noneIsClosed = requireNone(kysely, set, sql`settled_at is not null`)
      const alone = oneAtATime(database, lockOf(set))
      return (await atomically([...alone, noneIsClosed, { query, required: true }])) !== null
    },
    async settle(text, closed) {
      const steps = settleSteps(database, { text, ...closed }, now())
      return (await atomically(steps)) !== null
    },
  }
}

/** What is handed in and what is settled in the same moment see each other. */
function lockOf({ dataset, example, document }: LabelledText): string {
  return `labels of ${JSON.stringify([dataset, example, document])}`
}

export function settleSteps(
  database: Pick<StoreContext['database'], 'engine' | 'kysely'>,
  { text, people, by }: SettledSets,
  at: number,
): Step[] {
  const { kysely } = database
  const closings = people.map((person) => ({
    query: kysely
      .updateTable('dataset_label_sets')
      .set({ settled_by: by, settled_at: at })
      .where('dataset', '=', text.dataset)
      .where('example', '=', text.example)
      .where('document', '=', text.document)
      .where('person', '=', person)
      .where('state', '=', 'handed-in')
      .where('settled_at', 'is', null),
    required: true,
  }))
  // Of somebody who has handed in since these people's labels were looked at.
  const noOther = requireNone(kysely, text, sql`state = 'handed-in' and settled_at is null`)
  return [...oneAtATime(database, lockOf(text)), ...closings, noOther]
}

/** Nothing is written where there is such a set of the text. */
function requireNone(
  kysely: Kysely<Tables>,
  { dataset, example, document }: LabelledText,
  such: RawBuilder<SqlBool>,
): Step {
  const query = sql`select 1 as one where not exists (
    select 1 from dataset_label_sets
    where dataset = ${dataset} and example = ${example} and document = ${document} and ${such})`
  return { query: { compile: () => query.compile(kysely) }, required: true }
}

export async function maySettle(
  database: Pick<StoreContext['database'], 'kysely'>,
  { text, people }: SettledSets,
): Promise<boolean> {
  const sets = await createLabelSetReads(database).of(text)
  const open = sets.filter(({ state, settledAt }) => state === 'handed-in' && settledAt === null)
  return open.length === people.length && open.every(({ person }) => people.includes(person))
}

export function labelSetsChanged(): UserFacingError {
  return new UserFacingError(
    'label-sets-changed',
    'Somebody has handed in or settled labels of this example meanwhile. Load it again.',
  )
}

/** What a role that can do no more may do for its reader. */
export function createLabelSetReads({
  kysely,
}: Pick<StoreContext['database'], 'kysely'>): Pick<LabelSets, 'of' | 'ofVersion'> {
  return {
    async of({ dataset, example, document }) {
      const rows = await kysely
        .selectFrom('dataset_label_sets')
        .selectAll()
        .where('dataset', '=', dataset)
        .where('example', '=', example)
        .where('document', '=', document)
        .orderBy('person')
        .execute()
      return rows.map(labelSetOf)
    },
    async ofVersion(dataset, version, examples) {
      if (examples?.length === 0) return []
      const rows = await kysely
        .selectFrom('dataset_label_sets as s')
        .innerJoin('dataset_entries as e', (join) =>
          join.onRef('e.id', '=', 's.example').onRef('e.document', '=', 's.document'),
        )
        .selectAll('s')
        .where('s.dataset', '=', dataset)
        .where('e.version', '=', version)
        .$if(examples !== undefined, (query) => query.where('s.example', 'in', examples ?? []))
        .orderBy('s.example')
        .orderBy('s.person')
        .execute()
      return rows.map(labelSetOf)
    },
  }
}

function insertion(kysely: Kysely<Tables>, { issues, ...set }: LabelSetChange, time: number) {
  return kysely
    .insertInto('dataset_label_sets')
    .values({ ...set, issues: JSON.stringify(issues), revision: 1, changed_at: time })
    .onConflict((conflict) => conflict.doNothing())
}

function change(kysely: Kysely<Tables>, set: LabelSetChange, time: number) {
  const { dataset, example, document, person, state, issues, revision } = set
  return kysely
    .updateTable('dataset_label_sets')
    .set({
      state,
      issues: JSON.stringify(issues),
      revision: revision + 1,
      changed_at: time,
    })
    .where('dataset', '=', dataset)
    .where('example', '=', example)
    .where('document', '=', document)
    .where('person', '=', person)
    .where('revision', '=', revision)
    .where('state', '=', 'draft')
    .where('settled_at', 'is', null)
}

function labelSetOf(row: Selectable<Tables['dataset_label_sets']>): StoredLabelSet {
  const { changed_at, settled_by, settled_at, issues, ...facts } = row
  return StoredLabelSet.parse({
    ...facts,
    issues: JSON.parse(issues),
    changedAt: changed_at,
    settledBy: settled_by,
    settledAt: settled_at,
  })
}
