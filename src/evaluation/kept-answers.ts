import type { AnswerCache } from '../model/model-host.ts'
import { StoredAnswer } from '../schema/stored-answer.ts'
import type { Store } from '../store/store.ts'

/** Answers of models that the store keeps; a run that is repeated asks only for what is missing. */
export function keptAnswers({ answers }: Pick<Store, 'answers'>): AnswerCache {
  return {
    get: async (key) => (await answers.get(key)) ?? undefined,
    put: (key, answer) => answers.put(key, StoredAnswer.parse(answer), null),
    [Symbol.asyncDispose]: async () => {},
  }
}
