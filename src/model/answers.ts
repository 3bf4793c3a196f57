import { UserFacingError } from '../lib/errors.ts'
import { noSpan } from '../lib/span.ts'
import { askModel } from './ask-model.ts'
import { tellCachedAnswer } from './chat-span.ts'
import type { ModelRequest } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import type { AnswerCache, Question, StoredAnswer } from './model-host.ts'
import type { OpenModels } from './open-models.ts'
import type { RunPlace } from './ordered-turns.ts'
import { createSharedWork } from './shared-work.ts'

const atTheBeginning: RunPlace = { document: 0, part: 0 }

export type Prepared = { request: ModelRequest; key: string }

/** Where answers come from: from what is kept, or from a model, and then they are kept. */
export type Answers = {
  /** Undefined when there is none, or none that the schema still takes. */
  kept<T>(question: Question<T>, key: string): Promise<(StoredAnswer & { value: T }) | undefined>
  /** Equal questions that are asked at once wait for one answer. */
  askOnce(question: Question<unknown>, prepared: Prepared): Promise<StoredAnswer>
  abort(reason: unknown): void
  idle(): Promise<void>
}

export function createAnswers(parts: {
  cache: AnswerCache | undefined
  ledger: Ledger
  models: OpenModels
}): Answers {
  const { cache, ledger, models } = parts
  const work = createSharedWork<StoredAnswer>()

  async function sendAndKeep(
    { place = atTheBeginning, span = noSpan, document, ...question }: Question<unknown>,
    { request, key }: Prepared,
  ): Promise<StoredAnswer> {
    const { sender } = models.get(question.alias)
    const answer = await askModel(sender, { ...question, place, request, span })
    await keep(key, answer, document)
    return answer
  }

  async function keep(key: string, answer: StoredAnswer, document?: string): Promise<void> {
    try {
      await cache?.put(key, answer, document)
    } catch (error) {
      if (error instanceof UserFacingError) {
        // Then no more are paid for.
        models.refuse(error)
      }
      throw error
    }
  }

  return {
    async kept({ schema }, key) {
      const answer = await cache?.get(key)
      const parsed = answer && schema.safeParse(answer.value)
      if (answer === undefined || parsed?.success !== true) return undefined
      return { ...answer, value: parsed.data }
    },
    async askOnce(question, { request, key }) {
      if (models.refusal) throw models.refusal
      const { alias, signal } = question
      const begin = (own: AbortSignal): Promise<StoredAnswer> =>
        sendAndKeep(question, { request: { ...request, signal: own }, key })
      const { isNew, done } = work.join(key, { begin, signal })
      const answer = await done
      if (!isNew) {
        ledger.cached(alias)
        tellCachedAnswer(question)
      }
      return answer
    },
    abort: (reason) => work.abort(reason),
    idle: () => work.idle(),
  }
}
