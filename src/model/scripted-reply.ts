import type { ScriptedRequest } from './scripted-request.ts'

/** `reset` breaks the connection, `close` ends the body properly, `hang` keeps it open for ever. */
type ScriptedEnd = 'reset' | 'close' | 'hang'

export type ScriptedStep =
  | { send: string | Uint8Array }
  | { waitMs: number }
  /** Nothing comes after it. */
  | { end: ScriptedEnd }

/** What goes out byte by byte; without an `end` the body is closed after the last step. */
export type RawReply = {
  status: number
  headers: Record<string, string>
  /** Status and headers go out with the first `send`. */
  steps: Iterable<ScriptedStep> | AsyncIterable<ScriptedStep>
}

/** In tokens. */
type ScriptedUsage = { input: number; cached?: number; output: number }

/** A chat completion, sent as the request wants it: streamed or not. */
export type ScriptedAnswer = {
  text: string
  /** Default: 1 token for 4 characters; null sends no usage. */
  usage?: ScriptedUsage | null
  /** Default `stop`. */
  finishReason?: string
  /** Stands in `message.refusal`; the text is then left out. */
  refusal?: string
  /** Before the first byte. Default 0. */
  delayMs?: number
  /** Before each later piece. Default 0. */
  chunkMs?: number
  /** Pieces of the text when it is streamed (default 3), of the body when it is not (default 1). */
  chunks?: number
  /** How it ends before its time: after the first half of its pieces. */
  cut?: ScriptedEnd | 'error'
  /** As vLLM does on request: each piece of a stream tells the usage so far. */
  usageInEveryChunk?: boolean
}

export type ScriptedReply = ScriptedAnswer | RawReply

/** A complete answer; a `value` that is a string is sent as it is, anything else as JSON. */
export function answer(value: unknown, options: Omit<ScriptedAnswer, 'text'> = {}): ScriptedAnswer {
  return { ...options, text: typeof value === 'string' ? value : JSON.stringify(value) }
}

/** An error as OpenAI words it. `retryAfter` is the header: seconds, or an HTTP date. */
export function httpError(
  status: number,
  options: { retryAfter?: number | string; code?: string; message?: string; delayMs?: number } = {},
): RawReply {
  const { retryAfter, code = null, message = `Scripted ${status}.`, delayMs } = options
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return rawReply(JSON.stringify({ error: { message, type: 'scripted', param: null, code } }), {
    status,
    headers,
    ...(delayMs !== undefined && { delayMs }),
  })
}

/** A body of your own, as one piece. */
export function rawReply(
  body: string | Uint8Array,
  options: { status?: number; headers?: Record<string, string>; delayMs?: number } = {},
): RawReply {
  const { status = 200, headers = {}, delayMs = 0 } = options
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    steps: [...pause(delayMs), { send: body }],
  }
}

/** No answer at all: the connection is broken, or kept open for ever, before the first byte. */
export function noReply(end: 'reset' | 'hang'): RawReply {
  return { status: 200, headers: {}, steps: [{ end }] }
}

/** What `reply` is on the wire, as the answer to `request`. */
export function toRawReply(reply: ScriptedReply, request: ScriptedRequest): RawReply {
  if ('steps' in reply) return reply
  const isStream = request.stream
  const pieces = isStream ? events(reply, request) : split(completion(reply, request), reply.chunks)
  return {
    status: 200,
    headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' },
    steps: timed(pieces, reply),
  }
}

/** Pieces with the pauses and the end that the script wants. */
function* timed(pieces: string[], reply: ScriptedAnswer): Generator<ScriptedStep> {
  const { cut, delayMs = 0, chunkMs = 0 } = reply
  const kept = cut === undefined ? pieces : halfOf(pieces)
  yield* pause(delayMs)
  for (const [index, piece] of kept.entries()) {
    if (index > 0) yield* pause(chunkMs)
    yield { send: piece }
  }
  if (cut === undefined) return
  // A reset makes the other side's kernel forget what its program has not read yet.
  if (cut === 'reset') yield { waitMs: 20 }
  if (cut === 'error') yield { send: event({ error: { message: 'Scripted.', type: 'scripted' } }) }
  else yield { end: cut }
}

function halfOf(pieces: string[]): string[] {
  const [only = ''] = pieces
  if (pieces.length === 1) return [only.slice(0, only.length / 2)]
  return pieces.slice(0, Math.ceil(pieces.length / 2))
}

function pause(waitMs: number): ScriptedStep[] {
  return waitMs > 0 ? [{ waitMs }] : []
}

function completion(reply: ScriptedAnswer, request: ScriptedRequest): string {
  const { refusal, text, finishReason = 'stop' } = reply
  const message = { role: 'assistant', content: refusal ? null : text, refusal: refusal ?? null }
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason }
  return JSON.stringify({
    ...head('chat.completion', request),
    choices: [choice],
    ...usageOf(reply, request),
  })
}

function events(reply: ScriptedAnswer, request: ScriptedRequest): string[] {
  const { refusal, text, finishReason = 'stop', chunks = 3, usageInEveryChunk = false } = reply
  const chunk = (delta: object, finish: string | null): string =>
    event({
      ...head('chat.completion.chunk', request),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(usageInEveryChunk && usageOf(reply, request)),
    })
  const deltas = split(refusal ?? text, chunks).map((piece) =>
    chunk(refusal === undefined ? { content: piece } : { refusal: piece }, null),
  )
  const usage = {
    ...head('chat.completion.chunk', request),
    choices: [],
    ...usageOf(reply, request),
  }
  return [
    chunk({ role: 'assistant', content: '', refusal: null }, null),
    ...deltas,
    chunk({}, finishReason),
    ...(request.wantsUsage && reply.usage !== null ? [event(usage)] : []),
    'data: [DONE]\n\n',
  ]
}

function head(object: string, request: ScriptedRequest): object {
  return { id: 'chatcmpl-scripted', object, created: 1_700_000_000, model: request.model }
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

function usageOf(reply: ScriptedAnswer, request: ScriptedRequest): { usage?: object } {
  if (reply.usage === null) return {}
  const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0)
  const {
    input,
    cached = 0,
    output,
  } = reply.usage ?? {
    input: Math.ceil(characters / 4),
    output: Math.ceil(reply.text.length / 4),
  }
  return {
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  }
}

function split(text: string, count = 1): string[] {
  const size = Math.max(1, Math.ceil(text.length / count))
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
}
