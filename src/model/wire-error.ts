import type { Fault } from './exchange.ts'

type WireCode =
  | 'model-unreachable'
  | 'model-stalled'
  | 'model-error'
  | 'answer-too-long'
  | 'answer-incomplete'

/** Something that happened to a request on its way; the sentence names a host at most. */
export class WireError extends Error {
  readonly fault: Fault

  constructor(code: WireCode, sentence: string, options: ErrorOptions & { retry?: boolean } = {}) {
    super(sentence, options)
    this.name = 'WireError'
    const retry = options.retry ?? (code !== 'answer-too-long' && code !== 'model-error')
    this.fault = { code, sentence, retry, retryAfterMs: null }
  }

  /** The one that `error` comes from, however often it was wrapped. */
  static in(error: unknown): WireError | null {
    for (let next = error; next instanceof Error; next = next.cause) {
      if (next instanceof WireError) return next
    }
    return null
  }
}

/** No answer came: `error` is Node's. */
export function requestBroken(error: Error, host: string): WireError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const options = { cause: error }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    const sentence = `The certificate of ${host} is not trusted (${code}); NODE_EXTRA_CA_CERTS can name your authority's.`
    return new WireError('model-unreachable', sentence, { ...options, retry: false })
  }
  if (code === 'EPROTO' || code.startsWith('HPE_') || code.startsWith('ERR_SSL')) {
    const sentence = `${host} does not speak the protocol of its base URL (${code}): http or https?`
    return new WireError('model-error', sentence, options)
  }
  return new WireError('model-unreachable', unreachable(code, host), options)
}

function unreachable(code: string, host: string): string {
  if (code === 'ECONNREFUSED') return `Nothing listens at ${host}. Is the server running?`
  if (code === 'ENOTFOUND') return `There is no host ${host}.`
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return `${host} closed the connection before it answered.`
  }
  return `${host} cannot be reached (${code}).`
}

/** The answer began and then broke off. */
export function answerBroken(host: string): WireError {
  return new WireError('answer-incomplete', `${host} broke its answer off.`)
}
