import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

const columns = [
  'version',
  'id',
  'split',
  'group_id',
  'text_group',
  'document',
  'hash',
  'issues',
  'types',
  'provenance',
  'source_document',
] as const satisfies (keyof Tables['dataset_entries'])[]
const [, ...others] = columns

/** Some fifty milliseconds, in which nobody else writes; smaller parts write pages of indexes more often. */
const entriesAtOnce = 10_000

type Copy = {
  /** Ids of versions. */
  from: string
  to: string
  /** Ids of entries that are not copied; a few. */
  except: string[]
}

/** Inside of the engine, which takes less than half of what reading and writing the entries does. */
export async function copyEntries(
  { kysely, atomically }: Pick<Database, 'kysely' | 'atomically'>,
  { from, to, except }: Copy,
): Promise<void> {
  const entries = kysely
    .selectFrom('dataset_entries')
    .where('version', '=', from)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
  for (let after: string | undefined; ;) {
    const rest = entries.$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    const last = await rest
      .select('id')
      .orderBy('id')
      .offset(entriesAtOnce - 1)
      .limit(1)
      .executeTakeFirst()
    const some = rest
      .$if(last !== undefined, (query) => query.where('id', '<=', last?.id ?? ''))
      .select([sql<string>`cast(${to} as text)`.as('version'), ...others])
    const query = kysely.insertInto('dataset_entries').columns(columns).expression(some)
    await atomically([{ query }])
    if (last === undefined) return
    after = last.id
  }
}
