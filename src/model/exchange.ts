import type { ModelParameters } from '../schema/config.ts'
import type { ModelMessage, ModelUsage } from '../schema/model.ts'

/** What goes out on the wire once. */
export type ModelRequest = {
  messages: ModelMessage[]
  parameters: ModelParameters
  /** JSON Schema of the answer. */
  schema: Record<string, unknown>
  schemaName: string
  /** Of its question; nothing of it goes out, but recorded answers are told apart by it. */
  sample: string
  signal?: AbortSignal
}

/**
 * What one request came to. `usage` also when it failed, where the provider told it; null when nobody
 * knows what it took.
 */
export type Exchange = { usage: ModelUsage | null } & (
  | { outcome: 'answered'; text: string }
  /** The model stopped at its output limit; `text` is what there is of the answer. */
  | { outcome: 'truncated'; text: string }
  | { outcome: 'refused'; text: string }
  | { outcome: 'failed'; fault: Fault }
)

/** Why a request has no answer. The sentence holds nothing of the prompt, the answer or a key. */
export type Fault = {
  code:
    | 'rate-limited'
    | 'quota-exhausted'
    | 'model-unreachable'
    | 'model-stalled'
    | 'model-error'
    | 'answer-too-long'
    | 'answer-incomplete'
    | 'model-not-connected'
    | 'not-recorded'
  sentence: string
  /** Whether another try may help. */
  retry: boolean
  /** How long the provider asks us to wait; null when it does not say. */
  retryAfterMs: number | null
  /** The provider refused before any work, so the request took no tokens. */
  turnedAway?: true
}

/** One way to one model: sends a request once, never again by itself, and never throws a fault. */
export type ModelConnection = {
  /** Where requests go, for traces; left out where nothing is sent. */
  server?: { address: string; port: number }
  /** Throws only when `request.signal` aborts, with its reason. */
  send(request: ModelRequest): Promise<Exchange>
  /** Of a file that decides its answers besides the settings. */
  contentHash?: string
} & AsyncDisposable
