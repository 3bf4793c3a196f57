import type { z } from 'zod'
import type { Span } from '../lib/span.ts'
import type { ModelParameters, ModelSettings } from '../schema/config.ts'
import type { ModelAccount, ModelMessage } from '../schema/model.ts'

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
  /** Tells equal questions apart: `agent 0/2` is shot 2 of repeat 0. */
  sample: string
  /** Of the agent: the spans of its requests are made below it. */
  span?: Span
  signal?: AbortSignal
}

/** `estimate` is in tokens, for announcing a run before it starts. */
export type Forecast = { cached: boolean; estimate: { input: number; outputAtMost: number | null } }

/** The only way to a model: holds keys, queue, budget, cache and accounts. */
export type ModelHost = {
  /** Why the alias cannot be used, in one line that says what to set; null when it can. */
  gap(alias: string): string | null
  /** What decides its answers, without keys; enters the hash of a flow. */
  settings(alias: string): Pick<ModelSettings, 'provider' | 'model' | 'baseURL' | 'parameters'>
  /**
   * @throws UserFacingError with a code when there is no answer: rate-limited, quota-exhausted,
   * model-unreachable, model-stalled, model-refused, answer-truncated, answer-invalid, answer-too-long,
   * model-error, budget-exhausted, model-not-connected
   */
  ask<T>(question: Question<T>): Promise<T>
  /** What asking would do; sends nothing. */
  forecast(question: Question<unknown>): Forecast
  /** So far, of all aliases together and by alias. */
  account(): { total: ModelAccount; byAlias: Record<string, ModelAccount> }
} & AsyncDisposable

/** Answers that are kept, by the hash of exactly what made them. */
export type AnswerCache = {
  get(key: string): StoredAnswer | undefined
  /** Resolves when the answer is durable. */
  put(key: string, answer: StoredAnswer): Promise<void>
} & AsyncDisposable

/** The answer as JSON, already checked, with the tokens that it once cost. */
export type StoredAnswer = {
  value: unknown
  inputTokens: number | null
  outputTokens: number | null
}
