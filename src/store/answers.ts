import { StoredAnswer } from '../schema/stored-answer.ts'
import type { StoreContext } from './context.ts'
import { createInsertRows } from './insert-rows.ts'
import { createLookUps } from './look-ups.ts'

type NewAnswer = {
  key: string
  answer: StoredAnswer
  /** Whose text it may quote, so that it is forgotten with it; null when that is no document of ours. */
  document: string | null
}

/** What models answered, by the hash of exactly what made them answer. */
export type Answers = {
  /** Those that are asked for at once travel together. */
  get(key: string): Promise<StoredAnswer | null>
  /** The first answer to a key stays. */
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
    await atomically(insertRows('answers', rows, { unlessThere: true }))
  }
  return {
    async get(key) {
      const content = await find(key)
      return content === undefined ? null : StoredAnswer.parse(JSON.parse(content))
    },
    put: (answer) => putAll([answer]),
    putAll,
  }
}
