import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'

export type SqliteStatement = { sql: string; parameters: SQLInputValue[] }

/**
 * The rows that a statement returned; of one that returns none, how many it changed. Not an object with
 * both: to copy that to another thread takes twice as long, and most answers are a count.
 */
export type SqliteResult = Record<string, SQLOutputValue>[] | number

/**
 * `required`: when it touches and returns no row, the whole transaction is undone. `runs`: it is run with
 * each of these as its parameters, and returns nothing.
 */
export type SqliteStep = SqliteStatement & { required?: true; runs?: SQLInputValue[][] }

/** What the writer is asked, in the order of arrival. */
export type WriterRequest =
  /** A whole transaction: without a kind, since each key takes time to copy and most requests are one. */
  | SqliteStep[]
  /** Opens a transaction that lasts over several requests; nothing else is sent until its `end`. */
  | { kind: 'begin' }
  | { kind: 'query'; statement: SqliteStatement }
  | { kind: 'script'; sql: string }
  | { kind: 'end'; keep: boolean }

/** What a worker gets. */
export type Parcel<Request> = {
  /** The number of the first request; the others count on from it. */
  first: number
  requests: Request[]
  /** The rest of what was asked in the same tick follows at once. */
  more: boolean
}

/** The last message a worker gets: it closes its connection and ends. */
export const close = 'close'

/** `null` results: a required step touched nothing. */
export type WorkerReply = { id: number } & (
  | { results: SqliteResult[] | null }
  | { failure: SqliteFailure }
)

/** An error as it crosses threads. */
export type SqliteFailure = {
  message: string
  /** SQLite's extended result code; null when SQLite was not the one who failed. */
  errcode: number | null
  stack: string
}

export type WorkerOptions = {
  file: string
  role: 'writer' | 'reader'
  /** In milliseconds; how long another process that writes is waited for. */
  patience: number
}

/** What a worker starts with; parcels and replies go through the port. */
export type WorkerData = WorkerOptions & { port: MessagePort }
