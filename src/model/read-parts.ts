import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { ModelUsage } from '../schema/model.ts'
import { rawUsageIn, readUsage } from './usage.ts'

/** What came of a stream, up to its end or its first error. */
export type Parts = {
  text: string
  usage: ModelUsage | null
  finish: LanguageModelV4FinishReason['unified']
  /** What was thrown or sent as an event. */
  error: unknown
}

/** Never throws: what was told of usage is kept however the stream ends. */
export async function readParts(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<Parts> {
  const deltas: string[] = []
  let rawUsage = {}
  let finish: Parts['finish'] = 'interrupted'
  let error: unknown = null
  try {
    for await (const part of stream) {
      if (part.type === 'text-delta') deltas.push(part.delta)
      else if (part.type === 'raw') rawUsage = { ...rawUsage, ...rawUsageIn(part.rawValue) }
      else if (part.type === 'finish') finish = part.finishReason.unified
      else if (part.type === 'error') {
        error = part.error
        break
      }
    }
  } catch (thrown) {
    error = thrown
  }
  return { text: deltas.join(''), usage: readUsage(rawUsage), finish, error }
}
