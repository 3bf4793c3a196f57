import { sql } from 'kysely'
import type { Split } from '../schema/access.ts'
import type { Store } from './store.ts'

type WithAccounts = Pick<Store, 'accountTables'>

/** As if a text had come into a split, as a document or in a dataset. */
export async function plantText({ accountTables }: WithAccounts, id: string, split: Split) {
  await sql`insert into document_groups (id, split, shown_to_engineer, created_at)
    values (${id}, ${split}, 0, 1)`.execute(accountTables.db)
}

/** As if a dataset had shown a text to engineers. */
export async function plantShown({ accountTables }: WithAccounts, textGroup: string) {
  await sql`insert into dataset_shown (text_group, created_at) values (${textGroup}, 1)`.execute(
    accountTables.db,
  )
}
