import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** More would only be those that share the text of a form. */
const mostCandidates = 20
/** Texts under one shingle: what more of them have is the text of a form. */
const mostWithShingle = 100

/** Those that have the most of the shingles, the likeliest first. */
export function likeliestWith(
  kysely: Kysely<Tables>,
  table: 'document_shingles' | 'example_shingles',
  shingles: number[],
) {
  return kysely
    .selectFrom(table)
    .where('shingle', 'in', shingles)
    .select('document')
    .select(({ fn }) => fn.countAll().as('shared'))
    .groupBy('document')
    .orderBy('shared', 'desc')
    .orderBy('document')
    .limit(mostCandidates)
}

/** Whether one more may be found by a shingle. @param found selects those that are */
export function hasRoom(found: RawBuilder<unknown>): RawBuilder<boolean> {
  const most = sql.lit(mostWithShingle)
  return sql`(select count(*) from (${found} limit ${most}) as first_ones) < ${most}`
}
