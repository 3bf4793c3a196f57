import { sql, type Kysely, type Selectable } from 'kysely'
import { StoredIssue } from '../schema/stored-issue.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** What agents found; written by `ReviewParts`. */
export type Issues = {
  /** In document order; those without a place come last. */
  list(review: string): Promise<StoredIssue[]>
  get(id: string): Promise<StoredIssue | null>
}

type Row = Selectable<Tables['issues']> & { content: string | null }

export function createIssues({ database: { kysely } }: StoreContext): Issues {
  return {
    async list(review) {
      const rows = await selectIssues(kysely)
        .where('review', '=', review)
        // The engines differ in where nulls sort.
        .orderBy(sql`case when paragraph is null then 1 else 0 end`)
        .orderBy('paragraph')
        .orderBy('start_offset')
        .orderBy('id')
        .execute()
      return rows.map(issueOf)
    },
    async get(id) {
      const row = await selectIssues(kysely).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : issueOf(row)
    },
  }
}

function selectIssues(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('issues')
    .leftJoin('issue_texts', 'issue_texts.issue', 'issues.id')
    .selectAll('issues')
    .select('issue_texts.content')
}

function issueOf({ content, ...row }: Row): StoredIssue {
  return StoredIssue.parse({
    ...row,
    unresolved: row.unresolved === 1,
    start: row.start_offset,
    end: row.end_offset,
    issue: content === null ? null : JSON.parse(content),
  })
}
