import type { Selectable } from 'kysely'
import { ChangeCheck } from '../schema/stored-change.ts'
import { wakeStep } from './change-looks.ts'
import type { Changes, CheckKey } from './changes.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import type { Tables } from './tables.ts'

/** What was found out about trees of changes. */
export function createChecks({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'startCheck' | 'nameCheck' | 'endCheck' | 'checks' | 'gated'> {
  const running = ({ change, tree, name, attempt }: CheckKey) =>
    kysely
      .updateTable('change_checks')
      .where('change', '=', change)
      .where('tree', '=', tree)
      .where('name', '=', name)
      .where('attempt', '=', attempt)
      .where('outcome', 'is', null)
  /** False when there was nothing to write. */
  const writeOnce = async (change: string, query: Step['query']): Promise<boolean> =>
    (await atomically([{ query, required: true }, wakeStep(kysely, change)])) !== null
  return {
    async startCheck(check) {
      const query = kysely
        .insertInto('change_checks')
        .values({ ...check, started_at: now() })
        .onConflict((conflict) => conflict.doNothing())
      return writeOnce(check.change, query)
    },
    async nameCheck(check, subject) {
      const query = running(check).set({ subject })
      return (await atomically([{ query, required: true }])) !== null
    },
    async endCheck(check, end) {
      const query = running(check).set({ ...end, ended_at: now() })
      return writeOnce(check.change, query)
    },
    async checks(change, tree) {
      const rows = await kysely
        .selectFrom('change_checks')
        .selectAll()
        .where('change', '=', change)
        .where('tree', '=', tree)
        .orderBy('started_at')
        .orderBy('name')
        .orderBy('attempt')
        .execute()
      return rows.map(checkOf)
    },
    async gated(gate) {
      const row = await kysely
        .selectFrom('change_checks')
        .selectAll()
        .where('name', '=', 'gate')
        .where('subject', '=', gate)
        .orderBy('started_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row === undefined ? null : checkOf(row)
    },
  }
}

function checkOf(row: Selectable<Tables['change_checks']>): ChangeCheck {
  const { started_at: startedAt, ended_at: endedAt, ...check } = row
  return ChangeCheck.parse({ ...check, startedAt, endedAt })
}
