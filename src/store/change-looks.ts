import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Changes } from './changes.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import type { Tables } from './tables.ts'

/** Before any time. */
export const atOnce = 0

/** Of what happened to a change: it is due at once. */
export function woken(eb: ExpressionBuilder<Tables, 'changes'>) {
  return { wakes: eb('wakes', '+', 1), next_look: atOnce }
}

/** For the transaction of what happened. */
export function wakeStep(kysely: Kysely<Tables>, id: string): Step {
  const query = kysely.updateTable('changes').set(woken).where('id', '=', id)
  return { query }
}

/** When each change is looked at next, and what wakes it. */
export function createLooks({
  database: { kysely, atomically },
}: StoreContext): Pick<Changes, 'wake' | 'wakes' | 'keepNextLook' | 'due'> {
  return {
    async wake(id) {
      const query = kysely
        .updateTable('changes')
        .set(woken)
        .$if(id !== undefined, (all) => all.where('id', '=', id ?? ''))
        .$if(id === undefined, (all) => all.where('state', '=', 'open'))
      await atomically([{ query }])
    },
    async wakes(id) {
      const row = await kysely
        .selectFrom('changes')
        .select('wakes')
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(row?.wakes ?? 0)
    },
    async keepNextLook(id, { at, wakes }) {
      const query = kysely
        .updateTable('changes')
        .set({ next_look: at })
        .where('id', '=', id)
        .where('wakes', '=', wakes)
      await atomically([{ query }])
    },
    async due(at, limit) {
      const rows = await kysely
        .selectFrom('changes')
        .select(['id', 'next_look'])
        .where('next_look', '<=', at)
        .orderBy('next_look')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id, next_look: due }) => ({ id, isWoken: Number(due) === atOnce }))
    },
  }
}
