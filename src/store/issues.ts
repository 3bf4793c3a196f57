import { sql, type Kysely, type Selectable } from 'kysely'
import { StoredIssue } from '../schema/stored-issue.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** What agents found; written by `ReviewParts`. */
export type Issues = {
  /** In document order; those without a place come last. */
  list(review: string): Promise<StoredIssue[]>
  /** Of many reviews, those of each in document order. */
  ofReviews(reviews: string[]): Promise<StoredIssue[]>
  /** The same as the JSON that was kept, for who only passes it on. */
  texts(review: string): Promise<IssueText[]>
  get(id: string): Promise<StoredIssue | null>
}

export type IssueText = Pick<StoredIssue, 'id' | 'page' | 'paragraph' | 'start'> & {
  /** An `Issue`; null when the document was forgotten. */
  json: string | null
}

type Row = Selectable<Tables['issues']> & { content: string | null }

export function createIssues({ database: { kysely } }: StoreContext): Issues {
  return {
    list: (review) => ofReviews(kysely, [review]),
    ofReviews: (reviews) => ofReviews(kysely, reviews),
    texts: (review) =>
      inOrder(kysely)
        .where('review', '=', review)
        .select(['issues.id', 'page', 'paragraph', 'start_offset as start', 'content as json'])
        .execute(),
    async get(id) {
      const row = await joined(kysely)
        .selectAll('issues')
        .select('content')
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : issueOf(row)
    },
  }
}

function joined(kysely: Kysely<Tables>) {
  return kysely.selectFrom('issues').leftJoin('issue_texts', 'issue_texts.issue', 'issues.id')
}

async function ofReviews(kysely: Kysely<Tables>, reviews: string[]): Promise<StoredIssue[]> {
  if (reviews.length === 0) return []
  const query = inOrder(kysely).where('review', 'in', reviews)
  return (await query.selectAll('issues').select('content').execute()).map(issueOf)
}

function inOrder(kysely: Kysely<Tables>) {
  return (
    joined(kysely)
      // The engines differ in where nulls sort.
      .orderBy(sql`case when paragraph is null then 1 else 0 end`)
      .orderBy('paragraph')
      .orderBy('start_offset')
      .orderBy('issues.id')
  )
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
