import { AsyncLocalStorage } from 'node:async_hooks'
import { MessagePort } from 'node:worker_threads'

type Statement = { sql: string; runs?: unknown[][] }
type Request = Statement | Statement[] | { kind: string; statement?: Statement; sql?: string }

/**
 * Listens to what is sent to the threads of SQLite. What works in the background at the same time is told
 * apart by where it was begun.
 */
export function watchStatements() {
  const heard = new AsyncLocalStorage<string[]>()
  const sending = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage')
  const send = sending?.value as (this: MessagePort, ...message: unknown[]) => void
  Object.defineProperty(MessagePort.prototype, 'postMessage', {
    ...sending,
    value(this: MessagePort, ...message: unknown[]): void {
      heard.getStore()?.push(...statementsIn(message[0]))
      send.apply(this, message)
    },
  })
  return {
    /** What the store is asked while `work` is done, in order. */
    async during<Done>(work: () => Promise<Done>): Promise<{ done: Done; statements: string[] }> {
      const statements: string[] = []
      const done = await heard.run(statements, work)
      return { done, statements }
    },
    [Symbol.dispose]() {
      Object.defineProperty(MessagePort.prototype, 'postMessage', { ...sending, value: send })
    },
  }
}

function statementsIn(message: unknown): string[] {
  if (typeof message !== 'object' || message === null || !('requests' in message)) return []
  return (message.requests as Request[]).flatMap((request) => {
    if (Array.isArray(request)) return request.map(textOf)
    if (!('kind' in request)) return [textOf(request)]
    return [`${request.kind} ${request.statement?.sql ?? request.sql ?? ''}`]
  })
}

function textOf({ sql, runs }: Statement): string {
  return runs === undefined ? sql : `${runs.length} times ${sql}`
}
