import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'

/** In milliseconds: more than a fast disk needs for a commit of many, and less than a slow one for any. */
const watchAtMost = 0.5

/**
 * Takes answers off a port between the turns of the event loop, which runs on as ever, instead of
 * sleeping until it is woken: that alone can take as long as a commit. Where the last answer took
 * longer than it would watch, it does not watch at all, and the port's own event brings the next.
 */
export class AnswerWatch<Answer> {
  readonly #take: (answer: Answer) => void
  #askedAt = 0
  #lastTook = 0
  #port: MessagePort | null = null
  #isLooking = false

  constructor(take: (answer: Answer) => void) {
    this.#take = take
  }

  /** From now on an answer comes through this port. */
  begin(port: MessagePort): void {
    this.#askedAt = performance.now()
    if (this.#lastTook >= watchAtMost) return
    this.#port = port
    if (!this.#isLooking) setImmediate(this.#look)
    this.#isLooking = true
  }

  /** Nothing more is to come. */
  end(): void {
    this.#port = null
    this.#lastTook = performance.now() - this.#askedAt
  }

  readonly #look = (): void => {
    if (this.#port !== null) {
      const arrived: { message: Answer } | undefined = receiveMessageOnPort(this.#port)
      if (arrived !== undefined) this.#take(arrived.message)
    }
    this.#isLooking = this.#port !== null && performance.now() - this.#askedAt < watchAtMost
    if (this.#isLooking) setImmediate(this.#look)
  }
}
