import type { Selectable } from 'kysely'
import { StoredDraft } from '../schema/stored-draft.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** Which flow versions were made as drafts on the page, and of what. */
export type Drafts = {
  /** The first one of a version stays. */
  add(draft: Omit<StoredDraft, 'createdAt'>): Promise<StoredDraft>
  get(version: string): Promise<StoredDraft | null>
  /** Newest first. */
  list(): Promise<StoredDraft[]>
  /** The version itself stays: reviews and evaluations may have been made with it. */
  remove(version: string): Promise<void>
}

export function createDrafts({ database: { kysely, atomically }, now }: StoreContext): Drafts {
  const get = async (version: string): Promise<StoredDraft | null> => {
    const row = await kysely
      .selectFrom('flow_drafts')
      .selectAll()
      .where('version', '=', version)
      .executeTakeFirst()
    return row === undefined ? null : draftOf(row)
  }
  return {
    get,
    async list() {
      const rows = await kysely
        .selectFrom('flow_drafts')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('version')
        .execute()
      return rows.map(draftOf)
    },
    async remove(version) {
      await atomically([{ query: kysely.deleteFrom('flow_drafts').where('version', '=', version) }])
    },
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

function draftOf({
  created_at: createdAt,
  ...row
}: Selectable<Tables['flow_drafts']>): StoredDraft {
  return StoredDraft.parse({ ...row, createdAt })
}
