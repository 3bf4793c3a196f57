import { StoredDraft } from '../schema/stored-draft.ts'
import type { StoreContext } from './context.ts'

/** Which flow versions were made as drafts on the page, and of what. */
export type Drafts = {
  /** The first one of a version stays. */
  add(draft: Omit<StoredDraft, 'createdAt'>): Promise<StoredDraft>
  get(version: string): Promise<StoredDraft | null>
}

export function createDrafts({ database: { kysely, atomically }, now }: StoreContext): Drafts {
  const get = async (version: string): Promise<StoredDraft | null> => {
    const row = await kysely
      .selectFrom('flow_drafts')
      .selectAll()
      .where('version', '=', version)
      .executeTakeFirst()
    return row === undefined ? null : StoredDraft.parse({ ...row, createdAt: row.created_at })
  }
  return {
    get,
    async add(draft) {
      const createdAt = now()
      const query = kysely
        .insertInto('flow_drafts')
        .values({ ...draft, created_at: createdAt })
        .onConflict((conflict) => conflict.column('version').doNothing())
      await atomically([{ query }])
      return (await get(draft.version)) ?? { ...draft, createdAt }
    },
  }
}
