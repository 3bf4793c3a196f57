import type { Selectable } from 'kysely'
import { ChangeRevision } from '../schema/stored-change.ts'
import { woken } from './change-looks.ts'
import type { Changes } from './changes.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** What was seen of changes, each state once. */
export function createRevisions({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'addRevision' | 'revision' | 'ofVersions'> {
  const all = (change: string) =>
    kysely.selectFrom('change_revisions').selectAll().where('change', '=', change)
  return {
    async addRevision({ testedOn, conflicts, policyFiles, writers, writtenBy, ...revision }) {
      const at = now()
      const insert = kysely
        .insertInto('change_revisions')
        .values({
          ...revision,
          tested_on: testedOn,
          conflicts: JSON.stringify(conflicts),
          policy_files: JSON.stringify(policyFiles),
          writers: JSON.stringify(writers),
          written_by: writtenBy && JSON.stringify(writtenBy),
          seen_at: at,
        })
        .onConflict((conflict) => conflict.doNothing())
      const update = kysely
        .updateTable('changes')
        .set({ revision: revision.sequence, updated_at: at })
        .set(woken)
        .where('id', '=', revision.change)
      return (await atomically([{ query: insert, required: true }, { query: update }])) !== null
    },
    async revision(change, sequence) {
      const row = await all(change).where('sequence', '=', sequence).executeTakeFirst()
      return row === undefined ? null : revisionOf(row)
    },
    async ofVersions(versions) {
      if (versions.length === 0) return []
      const rows = await kysely
        .selectFrom('change_checks as tested')
        .innerJoin('changes', 'changes.id', 'tested.change')
        .innerJoin('change_revisions as revision', (join) =>
          join
            .onRef('revision.change', '=', 'tested.change')
            .onRef('revision.tree', '=', 'tested.tree'),
        )
        .select(['tested.subject as version', 'changes.author'])
        .select(['revision.writers', 'revision.written_by'])
        .where('tested.name', '=', 'functional')
        .where('tested.outcome', '=', 'pass')
        .where('tested.subject', 'in', versions)
        .execute()
      return rows.map(({ version, author, ...row }) => {
        return { version: version ?? '', author, ...writtenOf(row) }
      })
    },
  }
}

function revisionOf(row: Selectable<Tables['change_revisions']>): ChangeRevision {
  const { policy_files: policyFiles, conflicts, writers, ...rest } = row
  const { seen_at: seenAt, tested_on: testedOn, written_by: writtenBy, ...revision } = rest
  return ChangeRevision.parse({
    ...revision,
    testedOn,
    conflicts: JSON.parse(conflicts),
    policyFiles: JSON.parse(policyFiles),
    ...writtenOf({ writers, written_by: writtenBy }),
    seenAt,
  })
}

const Written = ChangeRevision.pick({ writers: true, writtenBy: true })

function writtenOf({
  writers,
  written_by: writtenBy,
}: Pick<Selectable<Tables['change_revisions']>, 'writers' | 'written_by'>) {
  return Written.parse({
    writers: JSON.parse(writers),
    writtenBy: writtenBy === null ? null : JSON.parse(writtenBy),
  })
}
