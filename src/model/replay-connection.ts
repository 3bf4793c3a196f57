import path from 'node:path'
import type { ModelConnection } from './exchange.ts'
import { promptHash, readRecordings, shotOf } from './recordings.ts'

/**
 * Answers from a file of recordings, by the hash of the prompt; shot 0 gets the first answer of a
 * prompt, and after the last comes the first again. It sends nothing and knows no usage: what the
 * recorded answers once took, nobody wrote down.
 * @throws UserFacingError recordings-invalid
 */
export function createReplayConnection(file: string): ModelConnection {
  const { answers, hash } = readRecordings(file)
  return {
    contentHash: hash,
    async send(request) {
      request.signal?.throwIfAborted()
      const shots = answers.get(promptHash(request)) ?? []
      const text = shots[shotOf(request.sample) % shots.length]
      if (text !== undefined) return { usage: null, outcome: 'answered', text }
      const sentence = `${path.basename(file)} holds no answer to what was asked. Prompt, document or \`--paragraphs-per-chunk\` have changed since; record again.`
      const retry = { retry: false, retryAfterMs: null, turnedAway: true } as const
      return { usage: null, outcome: 'failed', fault: { code: 'not-recorded', sentence, ...retry } }
    },
    async [Symbol.asyncDispose]() {},
  }
}
