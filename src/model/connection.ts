import { InvalidResponseDataError } from '@ai-sdk/provider'
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { ModelSettings } from '../schema/config.ts'
import { parameterProblem, toCallOptions } from './call-options.ts'
import type { Exchange, Fault, ModelConnection, ModelRequest } from './exchange.ts'
import { faultOf, hostOf, incomplete } from './fault.ts'
import type { Whereabouts } from './fault.ts'
import { loadLanguageModel } from './load-language-model.ts'
import { findAccess } from './provider-access.ts'
import type { Access, Environment } from './provider-access.ts'
import { readParts } from './read-parts.ts'
import type { Parts } from './read-parts.ts'
import { rawUsageIn, readUsage } from './usage.ts'
import { createWire } from './wire.ts'

/** Why a model cannot be used: a sentence that names what to set; null when it can. */
export function connectionGap(settings: ModelSettings, env: Environment): string | null {
  const access = findAccess(settings, env)
  return 'gap' in access ? access.gap : null
}

/** The way to a provider's model. Its client is loaded at the first request. */
export function createConnection(
  settings: ModelSettings,
  options: { env: Environment },
): ModelConnection {
  const access = findAccess(settings, options.env)
  if ('gap' in access) return notConnected(access.gap)
  const wire = createWire(settings.limits, options.env)
  let loading: Promise<LanguageModelV4> | null = null
  const exchange = async (request: ModelRequest, signal: AbortSignal): Promise<Exchange> => {
    const problem = parameterProblem(settings.provider, request.parameters)
    if (problem !== null) return cannotWork(problem)
    loading ??= loadLanguageModel(settings, access, wire.fetch)
    const model = await loading
    const call = toCallOptions(request, signal)
    const where = { settings, access }
    return settings.stream ? await stream(model, call, where) : await generate(model, call, where)
  }
  return {
    server: serverOf(access),
    send: async (request) => withoutKey(await withSignal(request, exchange), access),
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  }
}

/**
 * A key that a server repeats, in its answer or in what it says of an error, goes no further: whatever is kept or told
 * of an exchange has passed here. Shorter ones may be words of a document.
 */
function withoutKey(exchange: Exchange, { apiKey }: Access): Exchange {
  if (apiKey === null || apiKey.length < 16) return exchange
  const masked = (text: string): string => text.replaceAll(apiKey, '[key]')
  if (exchange.outcome !== 'failed') return { ...exchange, text: masked(exchange.text) }
  const { fault } = exchange
  return { ...exchange, fault: { ...fault, sentence: masked(fault.sentence) } }
}

function serverOf({ baseURL }: Access): { address: string; port: number } {
  const { hostname, port, protocol } = new URL(baseURL)
  const usual = protocol === 'https:' ? 443 : 80
  return { address: hostname, port: port === '' ? usual : Number(port) }
}

function notConnected(sentence: string): ModelConnection {
  const fault: Fault = {
    code: 'model-not-connected',
    sentence,
    retry: false,
    retryAfterMs: null,
    turnedAway: true,
  }
  return {
    send: async () => ({ usage: null, outcome: 'failed', fault }),
    async [Symbol.asyncDispose]() {},
  }
}

function cannotWork(sentence: string): Exchange {
  const fault: Fault = { code: 'model-error', sentence, retry: false, retryAfterMs: null }
  return { usage: null, outcome: 'failed', fault }
}

/** Hangs up when the request's own signal says so, and when we are done with an answer early. */
async function withSignal(
  request: ModelRequest,
  exchange: (request: ModelRequest, signal: AbortSignal) => Promise<Exchange>,
): Promise<Exchange> {
  const { signal } = request
  signal?.throwIfAborted()
  const hangUp = new AbortController()
  const onAbort = (): void => hangUp.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  try {
    const result = await exchange(request, hangUp.signal)
    signal?.throwIfAborted()
    return result
  } finally {
    signal?.removeEventListener('abort', onAbort)
    hangUp.abort(isOver)
  }
}

/** One for all: to make the reason that `abort` has by itself takes longer than to hang up. */
const isOver = new Error('The exchange is over.')

async function generate(
  model: LanguageModelV4,
  call: LanguageModelV4CallOptions,
  where: Whereabouts,
): Promise<Exchange> {
  try {
    const { content, finishReason, usage } = await model.doGenerate(call)
    const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('')
    const finish = finishReason.unified
    return toExchange({ text, usage: readUsage(usage.raw), finish, error: null }, where)
  } catch (error) {
    const body = InvalidResponseDataError.isInstance(error) ? error.data : null
    return failed(error, readUsage(rawUsageIn(body)), where)
  }
}

async function stream(
  model: LanguageModelV4,
  call: LanguageModelV4CallOptions,
  where: Whereabouts,
): Promise<Exchange> {
  try {
    const result = await model.doStream(call)
    const parts = await readParts(result.stream)
    const type = result.response?.headers?.['content-type'] ?? ''
    if (parts.text === '' && !type.startsWith('text/event-stream')) {
      return cannotWork(`${hostOf(where)} does not stream its answers; set stream to false.`)
    }
    return toExchange(parts, where)
  } catch (error) {
    return failed(error, null, where)
  }
}

function toExchange({ text, usage, finish, error }: Parts, where: Whereabouts): Exchange {
  if (error !== null) return failed(error, usage, where)
  switch (finish) {
    case 'length':
      return { usage, outcome: 'truncated', text }
    case 'content-filter':
      return { usage, outcome: 'refused', text }
    case 'interrupted':
      return { usage, outcome: 'failed', fault: incomplete(hostOf(where)) }
    case 'error':
      return failed(null, usage, where)
    case 'stop':
    case 'tool-calls':
    case 'other':
      return { usage, outcome: 'answered', text }
  }
}

function failed(error: unknown, usage: Exchange['usage'], where: Whereabouts): Exchange {
  const fault = faultOf(error, where, Date.now())
  return fault === 'refused'
    ? { usage, outcome: 'refused', text: '' }
    : { usage, outcome: 'failed', fault }
}
