import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  close,
  type Parcel,
  type SqliteFailure,
  type SqliteResult,
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

/** Asks one worker thread. It starts with the first request, and anew after it has died. */
export class WorkerLink<Request> {
  readonly #options: WorkerOptions
  readonly #answers = new Map<number, PromiseWithResolvers<Results>>()
  #worker: Worker | undefined
  #outbox: Request[] = []
  #id = 0
  /** The last parcel of this tick is still to come. */
  #isPacking = false

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Requests of one tick travel in parcels, so that the thread works on one while the next is packed. */
  ask(request: Request): Promise<Results> {
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
    const worker = this.#worker
    if (worker === undefined) return
    const ended = once(worker, 'exit')
    worker.postMessage(close)
    await ended
  }

  #send({ more }: { more: boolean }): void {
    const requests = this.#outbox
    const first = this.#id - requests.length + 1
    this.#outbox = []
    this.#isPacking = more
    this.#worker ??= this.#start()
    this.#worker.postMessage({ first, requests, more } satisfies Parcel<Request>)
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./sqlite-worker.${extension}`, import.meta.url), {
      workerData: this.#options,
    })
    worker.on('message', (replies: WorkerReply[]) => {
      for (const reply of replies) this.#settle(reply)
    })
    worker.on('error', (cause: unknown) => this.#lose(worker, cause))
    worker.on('exit', () => this.#lose(worker, undefined))
    return worker
  }

  #settle(reply: WorkerReply): void {
    const answer = this.#answers.get(reply.id)
    this.#answers.delete(reply.id)
    if ('failure' in reply) answer?.reject(new SqliteError(reply.failure))
    else answer?.resolve(reply.results)
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const lost = [...this.#answers.values()]
    this.#answers.clear()
    for (const answer of lost) answer.reject(new Error('A database thread ended.', { cause }))
  }
}
