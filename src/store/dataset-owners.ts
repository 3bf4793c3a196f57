import type { Kysely } from 'kysely'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

export async function ownersOf(
  kysely: Kysely<Tables>,
  datasets: string[],
): Promise<Map<string, string>> {
  const names = datasets.length > 0 ? datasets : ['']
  const [made, handed] = await Promise.all([
    kysely
      .selectFrom('datasets')
      .select(['name', 'created_by as owner'])
      .where('name', 'in', names)
      .execute(),
    kysely
      .selectFrom('dataset_owners')
      .select(['dataset as name', 'owner'])
      .where('dataset', 'in', names)
      .orderBy('sequence')
      .execute(),
  ])
  return new Map([...made, ...handed].map(({ name, owner }) => [name, owner]))
}

/** @returns false when somebody else has handed it on at the same time */
export async function handOn(
  { database: { kysely, atomically }, now }: StoreContext,
  { dataset, owner, by }: { dataset: string; owner: string; by: string },
): Promise<boolean> {
  const last = await kysely
    .selectFrom('dataset_owners')
    .select(({ fn }) => fn.max('sequence').as('sequence'))
    .where('dataset', '=', dataset)
    .executeTakeFirst()
  const sequence = Number(last?.sequence ?? 0) + 1
  const query = kysely
    .insertInto('dataset_owners')
    .values({ dataset, sequence, owner, given_by: by, created_at: now() })
    .onConflict((conflict) => conflict.doNothing())
  return (await atomically([{ query, required: true }])) !== null
}
