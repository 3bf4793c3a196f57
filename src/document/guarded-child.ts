import { fork, type ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type {
  AnnotateRequest,
  OcrProgress,
  ParseMessage,
  ParseReply,
  ParseRequest,
} from './parse-protocol.ts'
import { usageOf } from './process-usage.ts'
import { createTimeLimit, type TimeLimit } from './time-limit.ts'

export type ParseLimits = {
  /** Of the file, in bytes. */
  bytes: number
  /** Of the child's resident memory, in bytes. */
  memory: number
  /** For one document, in milliseconds of processor time. */
  time: number
  /** For each page that OCR reads, in milliseconds of processor time. */
  ocrTime: number
}

const pollEvery = 50
const mega = 2 ** 20

/** Holds one child process that parses documents, and kills it when it takes too much. */
export class GuardedChild {
  readonly #limits: ParseLimits
  #child: ChildProcess | undefined

  constructor(limits: ParseLimits) {
    this.#limits = limits
  }

  /** @throws UserFacingError with the parser's code, document-too-complex or document-timeout */
  async parse(
    request: ParseRequest,
    options: { signal?: AbortSignal; onOcr?: (progress: OcrProgress) => void } = {},
  ): Promise<ReviewDocument> {
    const reply = await this.#ask(request, options)
    if ('document' in reply) return reply.document
    throw new Error('The document parser has answered something else.')
  }

  /** @throws UserFacingError as `parse`, and document-not-annotated */
  async annotate(request: AnnotateRequest, options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#ask(request, options)
  }

  async #ask(
    request: ParseRequest | AnnotateRequest,
    { signal, onOcr }: { signal?: AbortSignal; onOcr?: (progress: OcrProgress) => void },
  ): Promise<ParseReply> {
    signal?.throwIfAborted()
    this.#child ??= startChild()
    const child = this.#child
    const guard = new AbortController()
    const timeLimit = createTimeLimit(this.#limits.time, 'the file')
    const onProgress = (progress: OcrProgress): void => {
      timeLimit.restart(this.#limits.ocrTime, 'a page by OCR')
      onOcr?.(progress)
    }
    try {
      const reply = await Promise.race([
        send(child, request, { done: guard.signal, onProgress }),
        this.#watch(child, timeLimit, guard.signal),
        aborted(signal, guard.signal),
      ])
      if ('error' in reply) throw new UserFacingError(reply.error.code, reply.error.message)
      if ('crash' in reply) throw new Error(`The document parser failed: ${reply.crash}`)
      return reply
    } catch (error) {
      if (!(error instanceof UserFacingError) || killing.has(error.code)) this.kill()
      throw error
    } finally {
      guard.abort()
    }
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async #watch(child: ChildProcess, timeLimit: TimeLimit, done: AbortSignal): Promise<never> {
    while (!done.aborted) {
      await sleep(pollEvery, done)
      const { memory, cpu } = await usageOf(child)
      timeLimit.check(cpu)
      if (memory <= this.#limits.memory) continue
      throw new UserFacingError(
        'document-too-complex',
        `Reading the file takes more than ${this.#limits.memory / mega} MB of memory. Split it; or print it to a new PDF if you trust it.`,
      )
    }
    return never()
  }
}

/** After these the child is in an unknown state. */
const killing = new Set(['document-too-complex', 'document-timeout'])

function startChild(): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const file = new URL(`./parse-child.${extension}`, import.meta.url)
  const child = fork(file, {
    env: {},
    execArgv: ['--max-old-space-size=2048'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  })
  // A finished parent must not wait for an idle child; `parse` holds the process while it waits.
  child.unref()
  child.channel?.unref()
  return child
}

async function send(
  child: ChildProcess,
  request: ParseRequest | AnnotateRequest,
  { done, onProgress }: { done: AbortSignal; onProgress: (progress: OcrProgress) => void },
): Promise<ParseReply> {
  child.channel?.ref()
  try {
    const exit = once(child, 'exit', { signal: done }).then(() => undefined)
    const reply = replyOf(child, done, onProgress)
    // The one that loses the race is rejected when `done` aborts.
    exit.catch(() => {})
    reply.catch(() => {})
    child.send(request)
    const first = await Promise.race([reply, exit])
    if (first !== undefined) return first
    throw new UserFacingError(
      'document-too-complex',
      'Reading the file ended the parser, probably for lack of memory. Print it to a new PDF if you trust it.',
    )
  } finally {
    child.channel?.unref()
  }
}

async function replyOf(
  child: ChildProcess,
  done: AbortSignal,
  onProgress: (progress: OcrProgress) => void,
): Promise<ParseReply> {
  for await (const event of on(child, 'message', { signal: done })) {
    const message: ParseMessage = event[0]
    if (!('ocr' in message)) return message
    onProgress(message.ocr)
  }
  return never()
}

async function aborted(signal: AbortSignal | undefined, done: AbortSignal): Promise<never> {
  if (signal === undefined) return never()
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true, signal: done })
    if (signal.aborted) resolve(undefined)
  })
  throw signal.reason
}

function sleep(time: number, done: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time)
    done.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}

function never(): Promise<never> {
  return new Promise(() => {})
}
