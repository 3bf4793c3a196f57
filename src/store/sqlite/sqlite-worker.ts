import { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { GroupCommit } from './group-commit.ts'
import { failureOf, Statements } from './statements.ts'
import {
  close,
  type ReaderRequest,
  type WorkerOptions,
  type WorkerReply,
  type WriterRequest,
} from './worker-protocol.ts'

type Inbox<Request> = Request[] | typeof close

/** Transactions that share one fsync at most: the first of them waits for the last. */
const groupAtMost = 1024

function open({ file, role, patience }: WorkerOptions): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience })
  if (role === 'reader') database.exec('PRAGMA query_only = 1')
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
  port.on('message', (first: Inbox<WriterRequest>) => {
    let inbox: Inbox<WriterRequest> | undefined = first
    // What has arrived meanwhile joins, so that a queue costs one fsync, not one each.
    while (inbox !== undefined && inbox !== close) {
      for (const request of inbox) group.run(request)
      inbox = group.size < groupAtMost ? receiveMessageOnPort(port)?.message : undefined
    }
    if (!group.held) group.commit()
    if (inbox === close) end(database, port)
  })
}

function serveReads(database: DatabaseSync, port: MessagePort): void {
  const statements = new Statements(database)
  port.on('message', (inbox: Inbox<ReaderRequest>) => {
    if (inbox === close) end(database, port)
    else port.postMessage(inbox.map((request) => read(statements, request)))
  })
}

function read(statements: Statements, { id, statement }: ReaderRequest): WorkerReply {
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
  port.on('message', (inbox: Inbox<{ id: number }>) => {
    if (inbox !== close) port.postMessage(inbox.map(({ id }): WorkerReply => ({ id, failure })))
    port.close()
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

if (parentPort !== null) serve(workerData as WorkerOptions, parentPort)
