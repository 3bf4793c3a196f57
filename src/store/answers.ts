import type { Kysely } from 'kysely'
import { StoredAnswer } from '../schema/stored-answer.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { isOfForgottenText } from './dataset-contents.ts'
import { gatherWrites } from './gather-writes.ts'
import { createInsertRows } from './insert-rows.ts'
import { createLookUps } from './look-ups.ts'
import type { Tables } from './tables.ts'

type NewAnswer = {
  key: string
  /** Its value goes in as the JSON that it is, and is checked when it comes out. */
  answer: Omit<StoredAnswer, 'value'> & { value: unknown }
  /** Whose text it may quote, so that it is forgotten with it; null when that is no document of ours. */
  document: string | null
}

/** What models answered, by the hash of exactly what made them answer. */
export type Answers = {
  /** Those that are asked for at once travel together. */
  get(key: string): Promise<StoredAnswer | null>
  /** The first answer to a key stays. Those that come while others are written are written together. */
  put(answer: NewAnswer): Promise<void>
  /** Many at once; all or none. */
  putAll(answers: NewAnswer[]): Promise<void>
}

export function createAnswers({ database, now }: StoreContext): Answers {
  const { kysely, atomically } = database
  const find = createLookUps(async (keys) => {
    const rows = await kysely
      .selectFrom('answers')
      .select(['key', 'content'])
      .where('key', 'in', keys)
      .execute()
    return new Map(rows.map(({ key, content }) => [key, content]))
  })
  const insertRows = createInsertRows(database)
  async function putAll(answers: NewAnswer[]): Promise<void> {
    const time = now()
    const rows = answers.map(({ key, answer, document }) => {
      return { key, document, content: JSON.stringify(answer), created_at: time }
    })
    await atomically([
      ...insertRows('answers', rows, { unlessThere: true }),
      ...deleteForgotten(kysely, answers),
    ])
  }
  return {
    async get(key) {
      const content = await find(key)
      return content === undefined ? null : StoredAnswer.parse(JSON.parse(content))
    },
    put: gatherWrites(putAll),
    putAll,
  }
}

/** An answer that was on its way when its document was forgotten, or the one that its example was made of. */
function deleteForgotten(kysely: Kysely<Tables>, answers: NewAnswer[]): Step[] {
  const keys = answers.flatMap(({ key, document }) => (document === null ? [] : [key]))
  if (keys.length === 0) return []
  const forgotten = kysely.selectFrom('documents').select('sha256').where('state', '=', 'forgotten')
  const late = kysely.deleteFrom('answers').where('key', 'in', keys)
  return [
    { query: late.where('document', 'in', forgotten) },
    { query: late.where(isOfForgottenText(kysely, 'answers.document')) },
  ]
}
