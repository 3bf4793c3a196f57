import type { DatabaseSync } from 'node:sqlite'
import { failureOf, Statements } from './statements.ts'
import type {
  SqliteFailure,
  SqliteResult,
  SqliteStatement,
  SqliteStep,
  WorkerReply,
  WriterRequest,
} from './worker-protocol.ts'

/**
 * Runs transactions one after the other inside one real transaction, each in a savepoint, so that all
 * of them share one fsync. Their replies are held back until `commit`; one that fails is undone alone.
 */
export class GroupCommit {
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #reply: (replies: WorkerReply[]) => void
  #waiting: WorkerReply[] = []
  #held = false
  /** Why no transaction could be opened: those that waited behind the first have waited with it. */
  #refusal: SqliteFailure | null = null

  constructor(database: DatabaseSync, reply: (replies: WorkerReply[]) => void) {
    this.#database = database
    this.#statements = new Statements(database)
    this.#reply = reply
  }

  /** How many transactions wait for the commit. */
  get size(): number {
    return this.#waiting.length
  }

  /** A transaction is open that ends with a request to come: until then nothing can be committed. */
  get held(): boolean {
    return this.#held
  }

  run(id: number, request: WriterRequest): void {
    try {
      if (Array.isArray(request)) return this.#runAll(id, request)
      switch (request.kind) {
        case 'begin':
          if (!this.#open(id)) return
          this.#database.exec('SAVEPOINT held')
          this.#held = true
          this.#reply([{ id, results: [] }])
          break
        case 'query':
          this.#reply([{ id, results: [this.#runHeld(request.statement)] }])
          break
        case 'script':
          this.#assertHeld()
          this.#database.exec(request.sql)
          this.#reply([{ id, results: [] }])
          break
        case 'end':
          this.#end(request.keep)
          this.#waiting.push({ id, results: [] })
          break
      }
    } catch (error) {
      this.#fail(id, failureOf(error))
    }
  }

  /** Makes durable what waits, and answers. */
  commit(): void {
    this.#refusal = null
    if (!this.#database.isTransaction) return
    try {
      this.#database.exec('COMMIT')
      this.#reply(this.#waiting)
      this.#waiting = []
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#failWaiting(failureOf(error))
    }
  }

  /** False when the request was refused. */
  #open(id: number): boolean {
    if (this.#database.isTransaction) return true
    try {
      if (this.#refusal === null) this.#database.exec('BEGIN IMMEDIATE')
    } catch (error) {
      this.#refusal = failureOf(error)
    }
    if (this.#refusal !== null) this.#reply([{ id, failure: this.#refusal }])
    return this.#refusal === null
  }

  #runAll(id: number, steps: SqliteStep[]): void {
    if (this.#open(id)) this.#waiting.push({ id, results: this.#runSteps(steps) })
  }

  #runSteps(steps: SqliteStep[]): SqliteResult[] | null {
    const [only] = steps
    // SQLite undoes a single statement that fails by itself.
    if (only !== undefined && only.runs === undefined && steps.length === 1) {
      const result = this.#statements.run(only)
      return only.required && touchedNothing(result) ? null : [result]
    }
    this.#database.exec('SAVEPOINT step')
    try {
      const results = this.#runEach(steps)
      if (results === null) this.#database.exec('ROLLBACK TO step')
      this.#database.exec('RELEASE step')
      return results
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO step; RELEASE step')
      throw error
    }
  }

  #runEach(steps: SqliteStep[]): SqliteResult[] | null {
    const results = []
    for (const step of steps) {
      const { sql, runs } = step
      const result =
        runs === undefined ? this.#statements.run(step) : this.#statements.runEach(sql, runs)
      if (step.required && touchedNothing(result)) return null
      results.push(result)
    }
    return results
  }

  #runHeld(statement: SqliteStatement): SqliteResult {
    this.#assertHeld()
    return this.#statements.run(statement)
  }

  #end(keep: boolean): void {
    // An error has undone it already, which is all that was asked.
    if (!keep && !this.#database.isTransaction) this.#held = false
    if (!this.#held && !keep) return
    this.#assertHeld()
    this.#held = false
    this.#database.exec(keep ? 'RELEASE held' : 'ROLLBACK TO held; RELEASE held')
  }

  #assertHeld(): void {
    if (this.#held && this.#database.isTransaction) return
    this.#held = false
    throw new Error('The transaction has ended: an error undid it, or the writer was started anew.')
  }

  /** A full disk makes SQLite undo the whole transaction, and with it all that waited. */
  #fail(id: number, failure: SqliteFailure): void {
    if (!this.#database.isTransaction) this.#failWaiting(failure)
    this.#reply([{ id, failure }])
  }

  #failWaiting(failure: SqliteFailure): void {
    this.#reply(this.#waiting.map((waiting) => ({ id: waiting.id, failure })))
    this.#waiting = []
  }
}

function touchedNothing(result: SqliteResult): boolean {
  return result === 0 || (typeof result === 'object' && result.length === 0)
}
