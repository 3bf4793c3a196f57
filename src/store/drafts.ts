import type { Selectable } from 'kysely'
import { StoredDraft } from '../schema/stored-draft.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** Which flow versions were made as drafts on the page, by whom, and of what. */
export type Drafts = {
  /** What somebody makes again of the same base is the same draft, and their newest. */
  add(draft: Omit<StoredDraft, 'createdAt'>): Promise<StoredDraft>
  /** The newest by that person; by somebody else where they made none of this version. */
  get(version: string, person: string): Promise<StoredDraft | null>
  /** One of each version, as `get` has it for a person; newest first. */
  list(person?: string): Promise<StoredDraft[]>
  /** The version itself stays: reviews and evaluations may have been made with it. */
  remove(draft: Pick<StoredDraft, 'version' | 'author' | 'base'>): Promise<void>
}

export function createDrafts({ database: { kysely, atomically }, now }: StoreContext): Drafts {
  /** Of each version the one that a person means comes first. */
  async function preferred(person: string, version?: string): Promise<StoredDraft[]> {
    const rows = await kysely
      .selectFrom('flow_drafts')
      .selectAll()
      .$if(version !== undefined, (query) => query.where('version', '=', version ?? ''))
      .orderBy((of) => of.case().when('author', '=', person).then(0).else(1).end())
      .orderBy('created_at', 'desc')
      .orderBy('author')
      .orderBy('base')
      .execute()
    return rows.map(draftOf)
  }
  return {
    get: async (version, person) => (await preferred(person, version))[0] ?? null,
    async list(person = '') {
      const ofEach = Map.groupBy(await preferred(person), ({ version }) => version)
      return [...ofEach.values()]
        .flatMap((drafts) => drafts.slice(0, 1))
        .toSorted((a, b) => b.createdAt - a.createdAt || (a.version < b.version ? -1 : 1))
    },
    async remove({ version, author, base }) {
      const query = kysely
        .deleteFrom('flow_drafts')
        .where('version', '=', version)
        .where('author', '=', author)
        .where('base', '=', base)
      await atomically([{ query }])
    },
    async add(draft) {
      const createdAt = now()
      const query = kysely
        .insertInto('flow_drafts')
        .values({ ...draft, created_at: createdAt })
        .onConflict((conflict) =>
          conflict.columns(['version', 'author', 'base']).doUpdateSet({ created_at: createdAt }),
        )
      await atomically([{ query }])
      return { ...draft, createdAt }
    },
  }
}

function draftOf({
  created_at: createdAt,
  ...row
}: Selectable<Tables['flow_drafts']>): StoredDraft {
  return StoredDraft.parse({ ...row, createdAt })
}
