import http from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import https from 'node:https'
import type { ModelLimits } from '../schema/config.ts'
import type { Fetch } from './load-language-model.ts'
import type { Environment } from './provider-access.ts'
import { answerBroken, requestBroken, WireError } from './wire-error.ts'

/** HTTP for one connection: sockets are kept open between requests, until it is disposed. */
export type Wire = { fetch: Fetch } & AsyncDisposable

type Init = NonNullable<Parameters<Fetch>[1]>

/**
 * A `fetch` that ends an answer which is too long or too slow while it arrives. It follows no
 * redirects, so that a key goes nowhere else, and rejects with a `WireError` or the reason of the
 * request's signal; so does the body of its response.
 */
export function createWire(limits: ModelLimits, env: Environment): Wire {
  const agentOptions = { keepAlive: true, proxyEnv: proxyOf(env) }
  const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }
  const open = (url: URL, init: Init): ClientRequest => {
    // Compressed bytes would not be those that `answerBytes` is about.
    const headers = {
      ...Object.fromEntries(new Headers(init.headers)),
      'accept-encoding': 'identity',
    }
    const options = { method: init.method ?? 'GET', headers }
    return url.protocol === 'https:'
      ? https.request(url, { ...options, agent: agents.https })
      : http.request(url, { ...options, agent: agents.http })
  }
  return {
    fetch: async (input, init = {}) => {
      init.signal?.throwIfAborted()
      const url = new URL(input instanceof Request ? input.url : input)
      const request = open(url, init)
      const response = receive(request, url, { limits, signal: init.signal ?? null })
      request.end(init.body)
      return await response
    },
    async [Symbol.asyncDispose]() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** As curl does it, from the variables; never for this machine. */
function proxyOf(env: Environment): Record<string, string | undefined> {
  const own = 'localhost,127.0.0.1,::1,[::1]'
  const noProxy = env['no_proxy'] ?? env['NO_PROXY']
  return {
    HTTP_PROXY: env['http_proxy'] ?? env['HTTP_PROXY'],
    HTTPS_PROXY: env['https_proxy'] ?? env['HTTPS_PROXY'],
    NO_PROXY: noProxy ? `${noProxy},${own}` : own,
  }
}

type Guard = { limits: ModelLimits; signal: AbortSignal | null }

function receive(request: ClientRequest, url: URL, guard: Guard): Promise<Response> {
  const watch = startWatch(guard, url.host)
  return new Promise((resolve, reject) => {
    watch.onEnd((reason) => request.destroy(reason))
    request.on('error', (error) => {
      watch.stop()
      reject(watch.reason() ?? requestBroken(error, url.host))
    })
    request.on('response', (message) => {
      watch.onEnd((reason) => message.destroy(reason))
      try {
        resolve(toResponse(message, watch, url.host))
      } catch (error) {
        watch.stop()
        message.destroy()
        reject(error)
      }
    })
  })
}

function toResponse(message: IncomingMessage, watch: Watch, host: string): Response {
  const status = message.statusCode ?? 0
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new WireError('model-error', `${host} sends compressed answers although it must not.`)
  }
  if (status < 200 || status > 599) {
    throw new WireError('model-error', `${host} answers with HTTP status ${status}.`)
  }
  const hasNoBody = status === 204 || status === 205 || status === 304
  const body = bodyOf(message, watch, host)
  return new Response(hasNoBody ? null : body, { status, headers })
}

/** Not held back when it is read slowly: no more than `answerBytes` can pile up. */
function bodyOf(message: IncomingMessage, watch: Watch, host: string): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      message.on('data', (chunk: Buffer) => {
        watch.arrived(chunk.length)
        if (watch.reason() === null) controller.enqueue(chunk)
      })
      message.on('end', () => {
        watch.stop()
        if (watch.reason() === null) controller.close()
      })
      message.on('error', () => {
        watch.stop()
        controller.error(watch.reason() ?? answerBroken(host))
      })
    },
    cancel() {
      watch.stop()
      message.destroy()
    },
  })
}

/** Keeps the time and counts the bytes of one answer, and ends it when either is over. */
type Watch = {
  arrived(bytes: number): void
  /** Who hangs up, from now on. */
  onEnd(hangUp: (reason: Error) => void): void
  stop(): void
  /** Why it ended before its time. */
  reason(): Error | null
}

function startWatch({ limits, signal }: Guard, host: string): Watch {
  let reason: Error | null = null
  let bytes = 0
  let hangUp: (reason: Error) => void = () => {}
  const end = (error: Error): void => {
    if (reason !== null) return
    stop()
    reason = error
    hangUp(error)
  }
  const stalled = (what: string, ms: number) => (): void =>
    end(new WireError('model-stalled', `${host} ${what} within ${ms} ms.`))
  const onAbort = (): void => end(toError(signal?.reason))
  const total = setTimeout(stalled('has not finished its answer', limits.totalMs), limits.totalMs)
  let quiet = setTimeout(stalled('sent nothing', limits.firstByteMs), limits.firstByteMs)
  signal?.addEventListener('abort', onAbort)
  function stop(): void {
    clearTimeout(total)
    clearTimeout(quiet)
    signal?.removeEventListener('abort', onAbort)
  }
  return {
    arrived(count) {
      if (bytes === 0) {
        clearTimeout(quiet)
        quiet = setTimeout(stalled('sent nothing more', limits.chunkMs), limits.chunkMs)
      } else quiet.refresh()
      bytes += count
      if (bytes > limits.answerBytes) {
        const most = limits.answerBytes
        end(new WireError('answer-too-long', `The answer of ${host} is over ${most} bytes long.`))
      }
    },
    onEnd(next) {
      hangUp = next
    },
    stop,
    reason: () => reason,
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}
