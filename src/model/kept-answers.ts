import type { AnswerCache, StoredAnswer } from './model-host.ts'

/** As much of a store as answers take. */
type AnswerStore = {
  get(key: string): Promise<StoredAnswer | null>
  put(kept: { key: string; answer: StoredAnswer; document: string | null }): Promise<void>
}

/**
 * Answers of models that the store keeps; a run that is repeated asks only for what is missing.
 * @param apart keeps them for runs with the same word, and from all others
 */
export function keptAnswers(
  { answers }: { answers: AnswerStore },
  apart: string | null = null,
): AnswerCache {
  const keyIn = (key: string): string => (apart === null ? key : `${key} ${apart}`)
  return {
    get: async (key) => (await answers.get(keyIn(key))) ?? undefined,
    put: (key, answer, document) =>
      answers.put({ key: keyIn(key), answer, document: document ?? null }),
    [Symbol.asyncDispose]: async () => {},
  }
}
