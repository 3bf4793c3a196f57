import { sql, type Selectable } from 'kysely'
import { StoredBundle } from '../schema/stored-bundle.ts'
import type { StoreContext } from './context.ts'
import { oneAtATime } from './slots.ts'
import type { Tables } from './tables.ts'

type NewBundle = Omit<StoredBundle, 'uploadedAt'>

/** How many, and how many bytes together, one person may keep. */
type BundleRoom = { bundles: number; bytes: number }

/** Which bundles people have sent; each person has their own. */
export type Bundles = {
  /**
   * Sent again, it has the newer name and time.
   * @returns null when the person has no room for another one, however many come at once
   */
  put(bundle: NewBundle, room: BundleRoom): Promise<StoredBundle | null>
  get(person: string, sha256: string): Promise<StoredBundle | null>
  /** Those of the last upload first. */
  list(person: string, limit: number): Promise<StoredBundle[]>
  /** False when the person has none of that hash. */
  remove(person: string, sha256: string): Promise<boolean>
  /** Whether anybody has it. */
  isHeld(sha256: string): Promise<boolean>
}

export function createBundles({ database, now }: StoreContext): Bundles {
  const { kysely, atomically } = database
  const own = (person: string) =>
    kysely.selectFrom('bundles').selectAll().where('person', '=', person)
  return {
    async put(bundle, room) {
      const uploadedAt = now()
      const query = insertWithin({ ...bundle, uploadedAt }, room)
      const steps = [
        // What others add at the same time is counted before, not beside.
        ...oneAtATime(database, `bundles of ${bundle.person}`),
        { query: { compile: () => query.compile(kysely) }, required: true },
      ]
      return (await atomically(steps)) === null ? null : { ...bundle, uploadedAt }
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

function insertWithin(
  { person, sha256, name, bytes, agents, uploadedAt }: StoredBundle,
  room: BundleRoom,
) {
  return sql`
    insert into bundles (person, sha256, name, bytes, agents, uploaded_at)
    select cast(${person} as text), cast(${sha256} as text), cast(${name} as text),
      cast(${bytes} as bigint), cast(${JSON.stringify(agents)} as text), cast(${uploadedAt} as bigint)
    where exists (select 1 from bundles where person = ${person} and sha256 = ${sha256})
      or (select count(*) < cast(${room.bundles} as bigint)
          and coalesce(sum(bytes), 0) + cast(${bytes} as bigint) <= cast(${room.bytes} as bigint)
        from bundles where person = ${person})
    on conflict (person, sha256) do update
      set name = excluded.name, uploaded_at = excluded.uploaded_at`
}

function bundleOf({
  uploaded_at: uploadedAt,
  agents,
  ...row
}: Selectable<Tables['bundles']>): StoredBundle {
  return StoredBundle.parse({ ...row, agents: JSON.parse(agents), uploadedAt })
}
