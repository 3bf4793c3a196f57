import type { Changes } from './changes.ts'
import type { StoreContext } from './context.ts'

/** What the forge was told. */
export function createNews({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'told' | 'keepTold' | 'forgetChecksTold'> {
  return {
    async told(change) {
      const rows = await kysely
        .selectFrom('change_told')
        .select(['about', 'content_hash', 'refusal', 'told_at'])
        .where('change', '=', change)
        .orderBy('about')
        .execute()
      return new Map(
        rows.map(({ about, content_hash: contentHash, refusal, told_at: at }) => [
          about,
          { contentHash, refusal, at: Number(at) },
        ]),
      )
    },
    async keepTold(change, about, { contentHash, refusal }) {
      const told = { content_hash: contentHash, refusal, told_at: now() }
      const query = kysely
        .insertInto('change_told')
        .values({ change, about, ...told })
        .onConflict((conflict) => conflict.columns(['change', 'about']).doUpdateSet(told))
      // Pages say what was refused, and no longer once it was told.
      const refused = kysely
        .selectFrom('change_told')
        .select('change')
        .where('change', '=', change)
        .where('about', '=', about)
        .where('refusal', 'is not', null)
      const seen = kysely
        .updateTable('changes')
        .set({ updated_at: told.told_at })
        .where('id', '=', change)
        .$if(refusal === null, (update) => update.where('id', 'in', refused))
      await atomically([{ query: seen }, { query }])
    },
    async forgetChecksTold(change) {
      const query = kysely
        .updateTable('change_told')
        .set({ content_hash: '' })
        .where('change', '=', change)
        .where('about', 'like', 'check:%')
      await atomically([{ query }])
    },
  }
}
