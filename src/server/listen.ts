import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { UserFacingError } from '../lib/errors.ts'
import type { App } from './request-context.ts'

/** Milliseconds that requests get to end; a request that does not is cut off. */
const longestGoodbye = 10_000

/**
 * @returns the port, and what answers the requests under way and takes no more
 * @throws UserFacingError address-not-free
 */
export async function listen(
  app: App,
  address: { host: string; port: number },
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  return { port: await bind(server, address), close: () => close(server) }
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

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if (!('closeIdleConnections' in server)) return
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), longestGoodbye).unref()
  })
}
