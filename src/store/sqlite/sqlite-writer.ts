import { WorkerLink } from './worker-link.ts'
import type {
  SqliteResult,
  SqliteStatement,
  SqliteStep,
  WorkerOptions,
  WriterRequest,
} from './worker-protocol.ts'

/**
 * The one connection that writes. Transactions of one request run side by side and share fsyncs; one
 * that is held over several requests has the writer to itself.
 */
export class SqliteWriter {
  readonly #link: WorkerLink<WriterRequest>
  /** Resolves when the last held transaction that was asked for has ended; null when none is. */
  #turn: Promise<void> | null = null
  #endTurn = (): void => {}

  constructor(options: Omit<WorkerOptions, 'role'>) {
    this.#link = new WorkerLink({ ...options, role: 'writer' })
  }

  /**
   * One transaction; resolves when it is durable.
   * @returns null when a required step touched nothing, and nothing was written
   */
  async write(steps: SqliteStep[]): Promise<SqliteResult[] | null> {
    while (this.#turn !== null) await this.#turn
    return this.#link.ask(steps)
  }

  async begin(): Promise<void> {
    while (this.#turn !== null) await this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    this.#endTurn = () => {
      this.#turn = null
      resolve()
    }
    try {
      await this.#link.ask({ kind: 'begin' })
    } catch (error) {
      this.#endTurn()
      throw error
    }
  }

  /** Inside the held transaction. */
  async query(statement: SqliteStatement): Promise<SqliteResult> {
    const results = await this.#link.ask({ kind: 'query', statement })
    return results?.[0] ?? 0
  }

  /** Several statements without parameters, inside the held transaction. */
  async script(sql: string): Promise<void> {
    await this.#link.ask({ kind: 'script', sql })
  }

  /** Resolves when it is durable, or undone. */
  async end(keep: boolean): Promise<void> {
    const ended = this.#link.ask({ kind: 'end', keep })
    // The next may follow at once: the thread keeps the order, and both share the fsync.
    this.#endTurn()
    await ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#link[Symbol.asyncDispose]()
  }
}
