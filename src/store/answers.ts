import { StoredAnswer } from '../schema/stored-answer.ts'
import type { StoreContext } from './context.ts'

/** What models answered, by the hash of exactly what made them answer. */
export type Answers = {
  get(key: string): Promise<StoredAnswer | null>
  /**
   * The first answer to a key stays.
   * @param document whose text it may quote, so that it is forgotten with it
   */
  put(key: string, answer: StoredAnswer, document: string | null): Promise<void>
}

export function createAnswers({ database: { kysely, atomically }, now }: StoreContext): Answers {
  return {
    async get(key) {
      const row = await kysely
        .selectFrom('answers')
        .select('content')
        .where('key', '=', key)
        .executeTakeFirst()
      return row === undefined ? null : StoredAnswer.parse(JSON.parse(row.content))
    },
    async put(key, answer, document) {
      const query = kysely
        .insertInto('answers')
        .values({ key, document, content: JSON.stringify(answer), created_at: now() })
        .onConflict((conflict) => conflict.column('key').doNothing())
      await atomically([{ query }])
    },
  }
}
