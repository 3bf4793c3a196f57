import type { Kysely } from 'kysely'
import type { DocumentGroup } from '../schema/stored-document.ts'
import type { Step } from './database.ts'
import { flag } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** One that is there stays as it is. */
export function insertGroup(kysely: Kysely<Tables>, group: DocumentGroup, time: number) {
  return kysely
    .insertInto('document_groups')
    .values({
      id: group.id,
      split: group.split,
      shown_to_engineer: flag(group.shownToEngineer),
      created_at: time,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
}

type Filed = { group?: DocumentGroup; ofText?: DocumentGroup }

/**
 * Of a document that was read. A dataset may have made one of the groups meanwhile, in another split: then nothing is
 * kept. The group of a text may be open where the document goes with hidden copies, but never the other way around.
 * Each is asked for all the same, by one statement: their number would tell a reviewer whether a copy is hidden.
 */
export function filedGroupSteps(
  kysely: Kysely<Tables>,
  { group, ofText }: Filed,
  time: number,
): Step[] {
  // In one order, as datasets claim them: two at the same time would else wait for each other for ever.
  const groups = [group, ofText]
    .filter((one) => one !== undefined)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return [
    ...groups.map((one) => ({ query: insertGroup(kysely, one, time) })),
    ...groups.map((one) => {
      const required = one === group || one.split === 'evaluation'
      return { query: groupInSplit(kysely, one), required }
    }),
  ]
}

/** Of what is hidden it may be the split that a custodian has chosen. */
function groupInSplit(kysely: Kysely<Tables>, { id, split }: DocumentGroup) {
  return kysely
    .selectFrom('document_groups as g')
    .leftJoin('chosen_splits as c', 'c.text_group', 'g.id')
    .select('g.id')
    .where('g.id', '=', id)
    .where((eb) =>
      eb.or([
        eb('g.split', '=', split),
        eb.and([
          eb('g.split', '!=', 'evaluation'),
          eb('c.split', '!=', 'evaluation'),
          eb('c.split', '=', split),
        ]),
      ]),
    )
}
