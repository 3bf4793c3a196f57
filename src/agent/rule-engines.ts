import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ReviewDocument } from '../schema/document.ts'
import type { GrammarFinding } from './grammar-filter.ts'
import type { GrammarReply, GrammarRequest } from './grammar-worker.ts'

/** What rule agents need of the host. One for a process: the checker takes seconds to load. */
export type RuleEngines = {
  /**
   * What the grammar checker finds in the body of a document, filtered. The whole document is
   * checked once, since the filter counts over it; later calls with the same object are free.
   */
  grammar(document: ReviewDocument): Promise<GrammarFinding[]>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Nothing is loaded until it is asked for; grammar is checked in a worker thread, which keeps the
 * process alive until the engines are disposed.
 */
export function createRuleEngines(): RuleEngines {
  const checked = new WeakMap<ReviewDocument, Promise<GrammarFinding[]>>()
  let worker: Worker | undefined
  let id = 0
  return {
    grammar(document) {
      const known = checked.get(document)
      if (known !== undefined) return known
      const running = (worker ??= startWorker())
      const paragraphs = document.paragraphs
        .filter(({ role }) => role === 'body')
        .map(({ index, text }) => ({ index, text }))
      const findings = ask(running, { id: (id += 1), paragraphs }).catch((error: unknown) => {
        // The next document gets a new worker, and this one another try.
        checked.delete(document)
        if (worker === running) worker = undefined
        void running.terminate()
        throw error
      })
      checked.set(document, findings)
      return findings
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate()
    },
  }
}

function startWorker(): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./grammar-worker.${extension}`, import.meta.url))
  worker.setMaxListeners(0)
  return worker
}

async function ask(worker: Worker, request: GrammarRequest): Promise<GrammarFinding[]> {
  const done = new AbortController()
  try {
    worker.postMessage(request)
    const reply = await Promise.race([
      replyTo(worker, request.id, done.signal),
      failureOf(worker, done.signal),
    ])
    if ('findings' in reply) return reply.findings
    throw new Error(`The grammar checker failed: ${reply.crash}`)
  } finally {
    done.abort()
  }
}

function replyTo(worker: Worker, id: number, done: AbortSignal): Promise<GrammarReply> {
  return new Promise((resolve) => {
    const onMessage = (reply: GrammarReply): void => {
      if (reply.id === id) resolve(reply)
    }
    worker.on('message', onMessage)
    done.addEventListener('abort', () => worker.off('message', onMessage), { once: true })
  })
}

async function failureOf(worker: Worker, done: AbortSignal): Promise<never> {
  const error = once(worker, 'error', { signal: done }).then(([cause]) => cause)
  const exit = once(worker, 'exit', { signal: done }).then(() => new Error('it ended'))
  const cause: unknown = await Promise.race([error, exit]).catch((reason: unknown) => {
    if (done.aborted) return new Promise<never>(() => {})
    return reason
  })
  throw new Error('The grammar checker ended.', { cause })
}
