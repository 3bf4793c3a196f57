import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { WorkerLink } from '../../src/store/sqlite/worker-link.ts'
import type { SqliteResult } from '../../src/store/sqlite/worker-protocol.ts'

type Statement = { sql: string; runs?: unknown[][] }
type Request = Statement | Statement[] | { kind: string; statement?: Statement; sql?: string }

/** What the store was asked, in order, and what came back for it. */
export type Heard = {
  statements: string[]
  /** Each with the number of its rows that came back, or that it changed. */
  rows: string[]
}

/**
 * Listens to what the threads of SQLite and PostgreSQL are asked. What works in the background at the same
 * time is told apart by where it was begun.
 */
export function watchStatements() {
  const heard = new AsyncLocalStorage<Heard>()
  const stack = new DisposableStack()
  stack.defer(watchSqlite(heard))
  stack.defer(watchPostgres(heard))
  return {
    /** What the store is asked while `work` is done. */
    async during<Done>(work: () => Promise<Done>): Promise<{ done: Done } & Heard> {
      const all: Heard = { statements: [], rows: [] }
      const done = await heard.run(all, work)
      return { done, ...all }
    },
    [Symbol.dispose]: () => stack.dispose(),
  }
}

type Listening = AsyncLocalStorage<Heard>

function watchSqlite(heard: Listening): () => void {
  const asking = Object.getOwnPropertyDescriptor(WorkerLink.prototype, 'ask')
  const ask = asking?.value as (this: unknown, request: Request) => Promise<SqliteResult[] | null>
  Object.defineProperty(WorkerLink.prototype, 'ask', {
    ...asking,
    async value(this: unknown, request: Request) {
      const told = heard.getStore()
      const statements = statementsIn(request)
      told?.statements.push(...statements)
      const results = await ask.call(this, request)
      told?.rows.push(...statements.map((one, i) => rowsOf(one, results?.[i])))
      return results
    },
  })
  return () => Object.defineProperty(WorkerLink.prototype, 'ask', { ...asking, value: ask })
}

function statementsIn(request: Request): string[] {
  if (Array.isArray(request)) return request.map(textOf)
  if (!('kind' in request)) return [textOf(request)]
  return [`${request.kind} ${request.statement?.sql ?? request.sql ?? ''}`]
}

function textOf({ sql, runs }: Statement): string {
  return runs === undefined ? sql : `${runs.length} times ${sql}`
}

function rowsOf(statement: string, result: SqliteResult | undefined): string {
  const rows = Array.isArray(result) ? result.length : (result ?? 0)
  return `${rows} rows of ${statement}`
}

type Query = (this: pg.Client, ...sent: unknown[]) => unknown

function watchPostgres(heard: Listening): () => void {
  const querying = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')
  const query = querying?.value as Query
  Object.defineProperty(pg.Client.prototype, 'query', {
    ...querying,
    value(this: pg.Client, ...sent: unknown[]) {
      const told = heard.getStore()
      const [first] = sent
      const text = typeof first === 'string' ? first : String((first as { text?: string }).text)
      told?.statements.push(text)
      const answer = query.apply(this, sent)
      if (!(answer instanceof Promise)) return answer
      return answer.then((result: { rowCount: number | null }) => {
        told?.rows.push(`${result.rowCount ?? 0} rows of ${text}`)
        return result
      })
    },
  })
  return () => Object.defineProperty(pg.Client.prototype, 'query', { ...querying, value: query })
}
