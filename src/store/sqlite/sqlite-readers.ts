import { WorkerLink } from './worker-link.ts'
import type { SqliteResult, SqliteStatement, WorkerOptions } from './worker-protocol.ts'

/** So many long reads can run before a short one waits. */
const readersAtMost = 4

type Link = WorkerLink<SqliteStatement>

/** Threads that read, one statement at a time each; they start when all others are busy. */
export class SqliteReaders {
  readonly #options: Omit<WorkerOptions, 'role'>
  readonly #links: Link[] = []
  readonly #idle: Link[] = []
  readonly #waiting: ((link: Link) => void)[] = []

  constructor(options: Omit<WorkerOptions, 'role'>) {
    this.#options = options
  }

  async read(statement: SqliteStatement): Promise<SqliteResult> {
    const link = await this.#take()
    try {
      const results = await link.ask(statement)
      return results?.[0] ?? 0
    } finally {
      this.#giveBack(link)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map((link) => link[Symbol.asyncDispose]()))
  }

  #take(): Promise<Link> | Link {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#links.length >= readersAtMost) {
      return new Promise((resolve) => this.#waiting.push(resolve))
    }
    const link: Link = new WorkerLink({ ...this.#options, role: 'reader' })
    this.#links.push(link)
    return link
  }

  #giveBack(link: Link): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(link)
    else next(link)
  }
}
