import type { AnswerCache, StoredAnswer } from './model-host.ts'

/** As much of a store as answers take. */
type AnswerStore = {
  get(key: string): Promise<StoredAnswer | null>
  put(kept: { key: string; answer: StoredAnswer; document: string | null }): Promise<void>
}

/** Answers of models that the store keeps; a run that is repeated asks only for what is missing. */
export function keptAnswers({ answers }: { answers: AnswerStore }): AnswerCache {
  return {
    get: async (key) => (await answers.get(key)) ?? undefined,
    put: (key, answer, document) => answers.put({ key, answer, document: document ?? null }),
    [Symbol.asyncDispose]: async () => {},
  }
}
