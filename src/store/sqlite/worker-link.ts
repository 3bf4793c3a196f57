import { once } from 'node:events'
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { AnswerWatch } from './answer-watch.ts'
import {
  close,
  type Parcel,
  type SqliteFailure,
  type SqliteResult,
  type WorkerData,
  type WorkerOptions,
  type WorkerReply,
} from './worker-protocol.ts'

/** Requests in a parcel: the thread waits for the first parcel, and each takes microseconds to send. */
const parcelSize = 2

type Results = SqliteResult[] | null

/** An error that SQLite reported, with its extended result code. */
export class SqliteError extends Error {
  readonly errcode: number | null

  constructor({ message, errcode, stack }: SqliteFailure) {
    super(message, { cause: stack })
    this.name = 'SqliteError'
    this.errcode = errcode
  }
}

type Thread = { worker: Worker; port: MessagePort }

/** Asks one worker thread. It starts with the first request, and anew after it has died; never once all is closed. */
export class WorkerLink<Request> {
  readonly #options: WorkerOptions
  readonly #answers = new Map<number, PromiseWithResolvers<Results>>()
  readonly #watch = new AnswerWatch<WorkerReply[]>((replies) => this.#settle(replies))
  #thread: Thread | undefined
  #outbox: Request[] = []
  #id = 0
  /** The last parcel of this tick is still to come. */
  #isPacking = false
  #isClosed = false

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Requests of one tick travel in parcels, so that the thread works on one while the next is packed. */
  ask(request: Request): Promise<Results> {
    if (this.#isClosed) return Promise.reject(new Error('The database is closed.'))
    if (!this.#isPacking) queueMicrotask(() => this.#send({ more: false }))
    this.#isPacking = true
    if (this.#outbox.length === parcelSize) this.#send({ more: true })
    const answer = Promise.withResolvers<Results>()
    this.#id += 1
    this.#answers.set(this.#id, answer)
    this.#outbox.push(request)
    return answer.promise
  }

  /** Everything asked before is answered first. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#answers.values()].map(({ promise }) => promise))
    this.#isClosed = true
    if (this.#thread === undefined) return
    const { worker, port } = this.#thread
    const ended = once(worker, 'exit')
    port.postMessage(close)
    await ended
  }

  #send({ more }: { more: boolean }): void {
    const requests = this.#outbox
    const first = this.#id - requests.length + 1
    this.#outbox = []
    this.#isPacking = more
    this.#thread ??= this.#start()
    const { port } = this.#thread
    port.postMessage({ first, requests, more } satisfies Parcel<Request>)
    if (!more) this.#watch.begin(port)
  }

  #start(): Thread {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const { port1: port, port2 } = new MessageChannel()
    const worker = new Worker(new URL(`./sqlite-worker.${extension}`, import.meta.url), {
      workerData: { ...this.#options, port: port2 } satisfies WorkerData,
      transferList: [port2],
    })
    port.on('message', (replies: WorkerReply[]) => this.#settle(replies))
    worker.on('error', (cause: unknown) => this.#lose(worker, cause))
    worker.on('exit', () => this.#lose(worker, undefined))
    return { worker, port }
  }

  #settle(replies: WorkerReply[]): void {
    for (const reply of replies) {
      const answer = this.#answers.get(reply.id)
      this.#answers.delete(reply.id)
      if ('failure' in reply) answer?.reject(new SqliteError(reply.failure))
      else answer?.resolve(reply.results)
    }
    if (this.#answers.size === 0) this.#watch.end()
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#thread?.worker !== worker) return
    this.#thread = undefined
    this.#watch.end()
    const lost = [...this.#answers.values()]
    this.#answers.clear()
    for (const answer of lost) answer.reject(new Error('A database thread ended.', { cause }))
  }
}
