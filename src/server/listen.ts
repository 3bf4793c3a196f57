import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import {
  createAdaptorServer,
  type Http2Bindings,
  type HttpBindings,
  type ServerType,
} from '@hono/node-server'
import { UserFacingError } from '../lib/errors.ts'
import type { App } from './request-context.ts'

/** Milliseconds that requests get to end; a request that does not is cut off. */
const longestGoodbye = 10_000

/** Milliseconds that a request may take to arrive: the largest file over a slow line, at 60 kB a second. */
const longestArrival = 60 * 60 * 1000

/** Milliseconds between looks for connections whose last answer is given. */
const lookAgain = 50

/**
 * @returns the port, and what answers the requests under way and takes no more
 * @throws UserFacingError address-not-free
 */
export async function listen(
  app: App,
  address: { host: string; port: number },
): Promise<{ port: number; close: () => Promise<void> }> {
  const answering = new Set<Promise<Response>>()
  const answer = (request: Request, env: HttpBindings | Http2Bindings): Promise<Response> => {
    const answered = Promise.resolve(app.fetch(standardRequest(request), env))
    answering.add(answered)
    return answered.finally(() => answering.delete(answered))
  }
  const server = createAdaptorServer({
    fetch: (request, env) =>
      // The platform's Request has no such method.
      request.method === 'TRACE' ? new Response(null, { status: 405 }) : answer(request, env),
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: longestArrival },
  })
  return { port: await bind(server, address), close: () => close(server, answering) }
}

/**
 * The adapter's requests only look like the platform's, which takes none of them for a copy: what
 * limits bodies and what signs people in make copies. Replacing the platform's classes, the adapter's
 * own way out, would reach everything else in the process.
 */
function standardRequest(request: Request): Request {
  const { url, method, headers, signal } = request
  const hasBody = headers.has('content-length') || headers.has('transfer-encoding')
  if (!hasBody || method === 'GET' || method === 'HEAD') {
    return new Request(url, { method, headers, signal })
  }
  return new Request(url, { method, headers, signal, body: request.body, duplex: 'half' })
}

function bind(server: ServerType, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence = `The server cannot listen on ${host}:${port} (${error.code ?? error.message}). Is another one running? Choose another --port.`
      reject(new UserFacingError('address-not-free', sentence, { cause: error }))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Also for what is still being done for clients that have left. */
async function close(server: ServerType, answering: ReadonlySet<Promise<Response>>): Promise<void> {
  const goodbye = setTimeout(longestGoodbye, undefined, { ref: false })
  await closeConnections(server, goodbye)
  await Promise.race([Promise.allSettled(answering), goodbye])
}

function closeConnections(server: ServerType, goodbye: Promise<void>): Promise<void> {
  let looking: NodeJS.Timeout | undefined
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(looking)
      resolve()
    })
    if (!('closeIdleConnections' in server)) return
    // Browsers keep connections: one that carries a stream is idle only when that has ended.
    looking = setInterval(() => server.closeIdleConnections(), lookAgain)
    void goodbye.then(() => server.closeAllConnections())
  })
}
