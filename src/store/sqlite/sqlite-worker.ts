import { DatabaseSync } from 'node:sqlite'
import {
  isMainThread,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads'
import { GroupCommit } from './group-commit.ts'
import { failureOf, Statements } from './statements.ts'
import {
  close,
  type Parcel,
  type SqliteStatement,
  type WorkerData,
  type WorkerOptions,
  type WorkerReply,
  type WriterRequest,
} from './worker-protocol.ts'

type Inbox<Request> = Parcel<Request> | typeof close

/** Transactions that share one fsync at most: the first of them waits for the last. */
const groupAtMost = 1024

/** In milliseconds, how long a next request is looked for before sleeping: to be woken takes a third of it. */
const lookAtMost = 0.1

function open({ file, role, patience }: WorkerOptions): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience })
  if (role === 'reader') database.exec('PRAGMA query_only = 1')
  // What undoing a savepoint needs goes to a file from 64 KB on otherwise, which 20 issues reach.
  else database.exec('PRAGMA temp_store = MEMORY')
  keepLog(database, patience)
  // What is deleted is overwritten: the file must not go on holding a forgotten text.
  database.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1; PRAGMA secure_delete = 1;
    PRAGMA journal_size_limit = 67108864`)
  return database
}

const busy = 5

/**
 * Of two who open a new file at once, one finds it locked while the other changes its mode, and SQLite
 * does not wait for that by itself.
 */
function keepLog(database: DatabaseSync, patience: number): void {
  const until = performance.now() + patience
  for (;;) {
    try {
      return database.exec('PRAGMA journal_mode = WAL')
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busy
      if (!isBusy || performance.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function serveWrites(database: DatabaseSync, port: MessagePort): void {
  const group = new GroupCommit(database, (replies) => port.postMessage(replies))
  let answeredAt = 0
  port.on('message', (arrived: Inbox<WriterRequest>) => {
    // Who was asked again at once will be so once more; after a pause, looking is in vain.
    const looks = performance.now() - answeredAt < 2 * lookAtMost
    let inbox: Inbox<WriterRequest> | undefined = arrived
    while (inbox !== undefined && inbox !== close) {
      inbox = serveArrived({ group, port }, inbox)
      answeredAt = performance.now()
      if (looks && group.size === 0) inbox ??= lookForNext(port, answeredAt + lookAtMost)
    }
    if (inbox === close) end(database, port)
  })
}

type Serving = { group: GroupCommit; port: MessagePort }

/**
 * What has arrived meanwhile joins, so that a queue costs one fsync, not one each; so does what is about
 * to.
 * @returns what came that does not belong to it any more
 */
function serveArrived(
  { group, port }: Serving,
  arrived: Parcel<WriterRequest>,
): Inbox<WriterRequest> | undefined {
  let inbox: Inbox<WriterRequest> | undefined = arrived
  let more = false
  while (inbox !== undefined && inbox !== close) {
    const { first, requests } = inbox
    for (const [i, request] of requests.entries()) group.run(first + i, request)
    more = inbox.more
    inbox = group.size < groupAtMost ? receiveMessageOnPort(port)?.message : undefined
  }
  if (!group.held && (!more || group.size >= groupAtMost)) group.commit()
  return inbox
}

function lookForNext(port: MessagePort, until: number): Inbox<WriterRequest> | undefined {
  let found: { message: Inbox<WriterRequest> } | undefined
  while (found === undefined && performance.now() < until) found = receiveMessageOnPort(port)
  return found?.message
}

function serveReads(database: DatabaseSync, port: MessagePort): void {
  const statements = new Statements(database)
  port.on('message', (inbox: Inbox<SqliteStatement>) => {
    if (inbox === close) return end(database, port)
    const { first, requests } = inbox
    port.postMessage(requests.map((statement, i) => read(statements, { id: first + i, statement })))
  })
}

type Reading = { id: number; statement: SqliteStatement }

function read(statements: Statements, { id, statement }: Reading): WorkerReply {
  try {
    return { id, results: [statements.run(statement)] }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}

function end(database: DatabaseSync, port: MessagePort): void {
  database.close()
  port.close()
}

/** A database that cannot be opened is the answer to what was asked; the next try starts anew. */
function refuse(error: unknown, port: MessagePort): void {
  const failure = failureOf(error)
  port.on('message', (inbox: Inbox<unknown>) => {
    if (inbox === close) return port.close()
    const { first, requests, more } = inbox
    port.postMessage(requests.map((_, i): WorkerReply => ({ id: first + i, failure })))
    if (!more) port.close()
  })
}

function serve(options: WorkerOptions, port: MessagePort): void {
  try {
    const database = open(options)
    if (options.role === 'writer') serveWrites(database, port)
    else serveReads(database, port)
  } catch (error) {
    refuse(error, port)
  }
}

if (!isMainThread) {
  const { port, ...options } = workerData as WorkerData
  serve(options, port)
}
