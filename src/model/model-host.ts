import type { z } from 'zod'
import type { Span } from '../lib/span.ts'
import type { UserFacingError } from '../lib/errors.ts'
import type { ModelParameters, ModelSettings } from '../schema/config.ts'
import type { ModelAccount, ModelMessage } from '../schema/model.ts'
import type { RunPlace } from './ordered-turns.ts'

/** One structured request to a model, before anything is known of providers. */
export type Question<T> = {
  /** Name of a model in proofloop.config.ts. */
  alias: string
  /** Who asks: requests of different agents take turns in a connection's queue. */
  agent: string
  messages: ModelMessage[]
  /** What the answer must look like; sent along as JSON Schema where the provider takes one. */
  schema: z.ZodType<T>
  /** Of the schema, for providers: letters, digits and underscores. */
  schemaName: string
  /** The agent's own; they win over the alias'. */
  parameters: ModelParameters
  /** Hash of what the question was made from, besides its messages: the agent's folder, the chunk. */
  origin: string
  /** Tells equal questions apart: `agent 0/2` is shot 2 of repeat 0. The number at its end is the shot. */
  sample: string
  /** What is earlier in the run is asked first; left out, it counts as the beginning. */
  place?: RunPlace
  /** SHA-256 of the document whose text the answer may quote: it is to be forgotten with it. */
  document?: string
  /** Of the agent: the spans of its requests are made below it. */
  span?: Span
  /** Hears the answer with its tokens; kept: an equal question had it before. */
  onAnswer?: (answer: StoredAnswer & { isKept: boolean }) => void
  /** Hears what goes out to a model: the question, and the one that follows an answer that cannot be used. */
  onSent?: (messages: ModelMessage[]) => void
  /** Hears what a model said that cannot be used, also where it is asked once more. */
  onUnusable?: (reply: UnusableReply) => void
  signal?: AbortSignal
}

export type UnusableReply = {
  text: string
  fault: 'answer-invalid' | 'answer-truncated' | 'model-refused'
  inputTokens: number | null
  outputTokens: number | null
}

/**
 * For announcing a run before it starts. `estimate` is in tokens, at about 4 bytes of messages and
 * schema a token; the output is bounded by `maxOutputTokens` only.
 */
export type Forecast = { cached: boolean; estimate: { input: number; outputAtMost: number | null } }

/** What decides the answers of a model, without keys. */
export type AnswerSettings = Pick<
  ModelSettings,
  'provider' | 'model' | 'baseURL' | 'parameters'
> & {
  /** SHA-256 of the recordings that answer instead of a model. */
  recordings?: string
}

/** The only way to a model: holds keys, queue, budget, cache and accounts. */
export type ModelHost = {
  /** Why the alias cannot be used, in one line that says what to set; null when it can. */
  gap(alias: string): string | null
  /** Enters the hash of a flow. @throws UserFacingError model-not-connected, model-alias-unknown */
  settings(alias: string): AnswerSettings
  /**
   * @throws UserFacingError with a code when there is no answer: rate-limited, quota-exhausted,
   * model-unreachable, model-stalled, model-refused, answer-truncated, answer-invalid, answer-too-long,
   * model-error, answer-incomplete, budget-exhausted, model-not-connected, model-alias-unknown, not-recorded, price-unknown;
   * what the cache says when there is one that cannot be kept. Aborted, it throws the signal's reason.
   */
  ask<T>(question: Question<T>): Promise<T>
  /** What asking would do; sends nothing. */
  forecast(question: Question<unknown>): Promise<Forecast>
  /** Why nothing more is sent: the budget is spent, or answers cannot be kept any more. */
  refusal(): UserFacingError | null
  /** Sends nothing more: what waits is rejected with the error; what is under way goes on and is kept. */
  refuse(error: UserFacingError): void
  /** When no question is under way: what was given up counts only when it has ended. */
  idle(): Promise<void>
  /** So far, of all aliases together and by alias. */
  account(): { total: ModelAccount; byAlias: Record<string, ModelAccount> }
} & AsyncDisposable

/** Answers that are kept, by the hash of exactly what made them. */
export type AnswerCache = {
  get(key: string): StoredAnswer | undefined | Promise<StoredAnswer | undefined>
  /**
   * Resolves when the answer is durable.
   * @param document as in `Question`
   * @throws UserFacingError when it cannot be kept: then no more are paid for
   */
  put(key: string, answer: StoredAnswer, document?: string): Promise<void>
} & AsyncDisposable

/** The answer as JSON, already checked, with the tokens that it once cost. */
export type StoredAnswer = {
  value: unknown
  inputTokens: number | null
  outputTokens: number | null
}
