import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** What is older than it is to be kept. Times are UTC epoch milliseconds. */
export type Retention = {
  /**
   * Ids of documents that were uploaded before the time, at most so many. None of which a review is to be
   * done, and none of which a dataset has an example: that is kept on purpose.
   */
  documents(before: number, limit: number): Promise<string[]>
  /** What models answered before the time, and what gates had asked them. */
  answers(before: number): Promise<void>
  /** What stands beside the figures of evaluations that ended before the time. */
  evaluationDetails(before: number): Promise<void>
}

const answersAtOnce = 500

export function createRetention({
  kysely,
  atomically,
}: Pick<Database, 'kysely' | 'atomically'>): Retention {
  return {
    documents: (before, limit) => oldDocuments(kysely, before, limit),
    async answers(before) {
      await deleteCalls({ kysely, atomically }, before)
      for (;;) {
        const old = kysely.selectFrom('answers').select('key').where('created_at', '<', before)
        const rows = await old.limit(answersAtOnce).execute()
        if (rows.length === 0) return
        const keys = rows.map(({ key }) => key)
        await atomically([{ query: kysely.deleteFrom('answers').where('key', 'in', keys) }])
      }
    },
    async evaluationDetails(before) {
      const ended = kysely.selectFrom('evaluations').select('id').where('ended_at', '<', before)
      const query = kysely.deleteFrom('evaluation_details').where('evaluation', 'in', ended)
      await atomically([{ query }])
    },
  }
}

/** They quote the answers, so they are kept no longer. */
async function deleteCalls(
  { kysely, atomically }: Pick<Database, 'kysely' | 'atomically'>,
  before: number,
): Promise<void> {
  for (;;) {
    const old = kysely.selectFrom('gate_calls').select('id').where('asked_at', '<', before)
    const ids = (await old.limit(answersAtOnce).execute()).map(({ id }) => id)
    if (ids.length === 0) return
    await atomically([{ query: kysely.deleteFrom('gate_calls').where('id', 'in', ids) }])
  }
}

async function oldDocuments(
  kysely: Kysely<Tables>,
  before: number,
  limit: number,
): Promise<string[]> {
  const examples = kysely
    .selectFrom('dataset_entries')
    .select('source_document')
    .where('source_document', 'is not', null)
  const underWay = kysely
    .selectFrom('reviews')
    .select('document')
    .where('state', 'in', ['queued', 'running'])
  const rows = await kysely
    .selectFrom('documents')
    .select('id')
    .where('state', 'in', ['ready', 'failed'])
    .where('uploaded_at', '<', before)
    .where('id', 'not in', examples.$castTo<{ source_document: string }>())
    .where('id', 'not in', underWay)
    .orderBy('uploaded_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
