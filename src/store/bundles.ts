import type { Selectable } from 'kysely'
import { StoredBundle } from '../schema/stored-bundle.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** Which bundles people have sent; each person has their own. */
export type Bundles = {
  /** Sent again, it has the newer name and time. */
  put(bundle: Omit<StoredBundle, 'uploadedAt'>): Promise<StoredBundle>
  get(person: string, sha256: string): Promise<StoredBundle | null>
  /** Those of the last upload first. */
  list(person: string, limit: number): Promise<StoredBundle[]>
  /** False when the person has none of that hash. */
  remove(person: string, sha256: string): Promise<boolean>
  /** Whether anybody has it. */
  isHeld(sha256: string): Promise<boolean>
}

export function createBundles({ database: { kysely, atomically }, now }: StoreContext): Bundles {
  const own = (person: string) =>
    kysely.selectFrom('bundles').selectAll().where('person', '=', person)
  return {
    async put(bundle) {
      const uploadedAt = now()
      const query = kysely
        .insertInto('bundles')
        .values({
          ...bundle,
          agents: JSON.stringify(bundle.agents),
          uploaded_at: uploadedAt,
        })
        .onConflict((conflict) =>
          conflict.columns(['person', 'sha256']).doUpdateSet((eb) => ({
            name: eb.ref('excluded.name'),
            uploaded_at: eb.ref('excluded.uploaded_at'),
          })),
        )
      await atomically([{ query }])
      return { ...bundle, uploadedAt }
    },
    async get(person, sha256) {
      const row = await own(person).where('sha256', '=', sha256).executeTakeFirst()
      return row === undefined ? null : bundleOf(row)
    },
    async remove(person, sha256) {
      const query = kysely
        .deleteFrom('bundles')
        .where('person', '=', person)
        .where('sha256', '=', sha256)
      return (await atomically([{ query, required: true }])) !== null
    },
    async isHeld(sha256) {
      const held = kysely.selectFrom('bundles').select('person').where('sha256', '=', sha256)
      return (await held.limit(1).executeTakeFirst()) !== undefined
    },
    async list(person, limit) {
      const rows = await own(person)
        .orderBy('uploaded_at', 'desc')
        .orderBy('sha256')
        .limit(limit)
        .execute()
      return rows.map(bundleOf)
    },
  }
}

function bundleOf({
  uploaded_at: uploadedAt,
  agents,
  ...row
}: Selectable<Tables['bundles']>): StoredBundle {
  return StoredBundle.parse({ ...row, agents: JSON.parse(agents), uploadedAt })
}
