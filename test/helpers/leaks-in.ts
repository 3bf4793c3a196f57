import type { Told } from './api-walk.ts'

/** What was told without having been sent. @param secretsIn the words of a text that nobody may be told */
export function leaksIn(
  told: readonly Pick<Told, 'request' | 'answer'>[],
  secretsIn: (text: string) => string[],
): string[] {
  return told.flatMap(({ request, answer }) => {
    const words = new Set(secretsIn(answer))
    return [...words]
      .filter((word) => !request.includes(word))
      .map((word) => `${word} by ${request}`)
  })
}
