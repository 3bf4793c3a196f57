import { setImmediate } from 'node:timers/promises'
import { UserFacingError } from '../../lib/errors.ts'
import type { FlowOutput } from '../../schema/flow-output.ts'
import type { FlowServices } from '../flow-services.ts'
import type { IsolatedProcess, ProcessFault, StartProcess } from './isolated-process.ts'
import { type FlowFailure, FromFlow, type IsolationLimits, valueBytes } from './protocol.ts'

/** What a flow has told of itself before it saw a document. */
export type Ready = Omit<FromFlow & { kind: 'ready' }, 'kind'>

export type ProcessRun = {
  output: FlowOutput | null
  failure: FlowFailure | null
  /** Codes of what the host could not do, each once. */
  refusals: string[]
  /** The whole process ended, with all runs in it. */
  isProcessOver: boolean
}

export type FlowProcessOptions = {
  paragraphsPerChunk: number
  code: boolean
  limits: IsolationLimits
  /** What it can say; left out, what the protocol names. */
  messages?: typeof FromFlow
  /** Whether questions may come from agents that it did not name before; default false. */
  isAnyName?: boolean
  /** What went wrong in a service and is a bug. */
  onUnexpectedError?: (error: unknown) => void
}

type Running = {
  services: FlowServices
  refusals: Set<string>
  calls: number
  bytes: number
  waiting: number
  /** How long the host waited for it, in milliseconds. */
  own: number
  end: (result: Pick<ProcessRun, 'output' | 'failure' | 'isProcessOver'>) => void
}

type Call = FromFlow & { kind: 'ask' | 'read' | 'grammar' }

const pollEvery = 50

/** Holds one process of a flow, which may have several documents under way, and kills it when it takes too much. */
export class FlowProcess {
  readonly #options: FlowProcessOptions
  readonly #process: IsolatedProcess
  readonly #running = new Map<number, Running>()
  readonly #ready = Promise.withResolvers<Ready>()
  readonly #startedAt = performance.now()
  /** Who may ask models; a name that it makes up later could hold a sentence. */
  #names: Set<string> | null = null
  #isOver = false
  #waitingBytes = 0
  #lastRun = 0
  /** The last answer that is written, each in a turn of its own: a flow may ask for much at once. */
  #writing = Promise.resolve()
  /** Processor time at the last message; null: to be looked up. */
  #cpuMark: number | null = null

  constructor(start: StartProcess, options: FlowProcessOptions) {
    const { paragraphsPerChunk, code, limits, messages = FromFlow } = options
    this.#options = options
    this.#ready.promise.catch(() => {})
    this.#process = start({
      schema: messages,
      maxBytes: limits.message,
      valueBytes,
      maxUnread: limits.unread,
      onMessage: (message, bytes) => this.#hear(message, bytes),
      onEnd: (fault) => this.#endBy(fault),
    })
    this.#process.send({ kind: 'open', paragraphsPerChunk, code })
    void this.#watch()
  }

  /** @throws UserFacingError flow-not-started; isolation-failed, which is no fault of the flow */
  get ready(): Promise<Ready> {
    return this.#ready.promise
  }

  get isOver(): boolean {
    return this.#isOver
  }

  async run(
    { document, repeat }: { document: string; repeat: number },
    services: FlowServices,
  ): Promise<ProcessRun> {
    const { promise, resolve } = Promise.withResolvers<ProcessRun>()
    const refusals = new Set<string>()
    const end: Running['end'] = (result) => resolve({ ...result, refusals: [...refusals] })
    const run = (this.#lastRun += 1)
    if (this.#isOver) end({ output: null, failure: 'flow-ended', isProcessOver: true })
    else {
      this.#running.set(run, { services, refusals, calls: 0, bytes: 0, waiting: 0, own: 0, end })
      this.#process.send({ kind: 'run', run, document, repeat })
    }
    return promise
  }

  kill(): void {
    this.#end('flow-ended')
  }

  #endBy(fault: ProcessFault): void {
    if (fault === 'not-started') {
      for (const { refusals } of this.#running.values()) refusals.add('internal')
    }
    this.#end(fault === 'too-large' ? 'flow-too-large' : 'flow-ended', fault)
  }

  #end(failure: FlowFailure, fault?: ProcessFault): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#process.kill()
    this.#ready.reject(fault === 'not-started' ? noProcess() : notStarted())
    for (const run of this.#running.values()) {
      run.end({ output: null, failure, isProcessOver: true })
    }
    this.#running.clear()
  }

  #hear(message: FromFlow, bytes: number): void {
    if (this.#isOver) return
    this.#cpuMark = null
    if (message.kind === 'ready') this.#begin(message)
    else {
      const run = this.#running.get(message.run)
      if (run === undefined) this.#end('flow-ended')
      else this.#hearOf(run, message, bytes)
    }
  }

  #begin(ready: Ready): void {
    if (this.#names !== null) this.#end('flow-ended')
    this.#names = new Set([ready.flow, ...ready.agents])
    this.#ready.resolve(ready)
  }

  #isNamed(agent: string): boolean {
    return this.#options.isAnyName === true || (this.#names?.has(agent) ?? false)
  }

  #hearOf(run: Running, message: Exclude<FromFlow, { kind: 'ready' }>, bytes: number): void {
    switch (message.kind) {
      case 'done':
        this.#running.delete(message.run)
        run.end({ output: message.output, failure: null, isProcessOver: false })
        return
      case 'failed':
        this.#running.delete(message.run)
        run.end({ output: null, failure: message.failure, isProcessOver: false })
        return
      case 'ask':
      case 'read':
      case 'grammar':
        if (message.kind === 'ask' && !this.#isNamed(message.question.agent)) {
          this.#end('flow-output-invalid')
        } else void this.#serve(run, message, bytes)
    }
  }

  async #serve(run: Running, call: Call, bytes: number): Promise<void> {
    const { id } = call
    const { limits } = this.#options
    run.calls += 1
    run.bytes += bytes
    run.waiting += 1
    this.#waitingBytes += bytes
    const isTooMuch = run.calls > limits.calls || run.bytes > limits.bytes
    if (isTooMuch || this.#waitingBytes > limits.waiting) {
      this.#end('flow-too-large')
      return
    }
    try {
      const value = await answer(run.services, call)
      await this.#turn()
      if (this.#isOver) return
      run.bytes += this.#process.send({ kind: 'answer', id, value })
      if (run.bytes > limits.bytes) this.#end('flow-too-large')
    } catch (error) {
      if (!(error instanceof UserFacingError)) this.#options.onUnexpectedError?.(error)
      const { code, message } = refusalOf(error)
      run.refusals.add(code)
      this.#process.send({ kind: 'refusal', id, code, message })
    } finally {
      run.waiting -= 1
      this.#waitingBytes -= bytes
    }
  }

  #turn(): Promise<void> {
    this.#writing = this.#writing.then(() => setImmediate())
    return this.#writing
  }

  async #watch(): Promise<void> {
    let before = performance.now()
    while (!this.#isOver) {
      await sleep(pollEvery)
      if (this.#isOver) return
      const now = performance.now()
      this.#count(now - before)
      before = now
      // Nothing can be started below it once its walls are up.
      const { memory, cpu } = await this.#process.usage(this.#names !== null)
      this.#cpuMark ??= cpu
      const failure = this.#excess({ memory, cpu: cpu - this.#cpuMark })
      if (failure !== null) this.#end(failure)
    }
  }

  #count(ms: number): void {
    for (const run of this.#running.values()) run.own += run.waiting === 0 ? ms : 0
  }

  #excess({ memory, cpu }: { memory: number; cpu: number }): FlowFailure | null {
    const { limits } = this.#options
    if (memory > limits.memory) return 'flow-too-much-memory'
    if (cpu > limits.cpu) return 'flow-too-slow'
    const loading = this.#names !== null ? 0 : performance.now() - this.#startedAt
    if (loading > limits.start) return 'flow-too-slow'
    const isLate = [...this.#running.values()].some(({ own }) => own > limits.document)
    return isLate ? 'flow-too-slow' : null
  }
}

function answer(services: FlowServices, call: Call): Promise<unknown> {
  switch (call.kind) {
    case 'ask':
      return services.ask(call.question)
    case 'read':
      return services.readDocument(call.document)
    case 'grammar':
      return services.grammar(call.document)
  }
}

function refusalOf(error: unknown): { code: string; message: string } {
  if (error instanceof UserFacingError) return { code: error.code, message: error.message }
  return { code: 'internal', message: 'The host could not do it.' }
}

function notStarted(): UserFacingError {
  const sentence =
    'The flow cannot be loaded where it runs isolated: its code or an agent fails before it sees a document. Try it on your own machine: proofloop review --flow.'
  return new UserFacingError('flow-not-started', sentence)
}

function noProcess(): UserFacingError {
  const sentence =
    'The process of the flow cannot be started on this machine. Is it out of memory or processes, or was bubblewrap taken away?'
  return new UserFacingError('isolation-failed', sentence)
}

function sleep(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time).unref()
  })
}
