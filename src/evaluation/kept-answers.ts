import type { AnswerCache } from '../model/model-host.ts'
import { StoredAnswer } from '../schema/stored-answer.ts'
import type { Store } from '../store/store.ts'

/** Answers of models that the store keeps; a run that is repeated asks only for what is missing. */
export function keptAnswers({ answers }: Pick<Store, 'answers'>): AnswerCache {
  return {
    get: async (key) => (await answers.get(key)) ?? undefined,
    put: (key, answer, document) =>
      answers.put({ key, answer: StoredAnswer.parse(answer), document: document ?? null }),
    [Symbol.asyncDispose]: async () => {},
  }
}
