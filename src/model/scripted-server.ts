import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { toRawReply } from './scripted-reply.ts'
import type { RawReply, ScriptedReply, ScriptedStep } from './scripted-reply.ts'
import { readRequest } from './scripted-request.ts'
import type { ScriptedRequest } from './scripted-request.ts'

/** `nth` counts requests from 0. */
export type Script = (
  request: ScriptedRequest,
  nth: number,
) => ScriptedReply | Promise<ScriptedReply>

export type ScriptedServer = {
  /** Of the API, to be used as a connection's base URL: `http://127.0.0.1:4711/v1`. */
  baseURL: string
  /** In the order in which they came. */
  requests: ScriptedRequest[]
  /** Requests that were under way at once, at most. */
  readonly busiest: number
  /** Sockets that clients opened, and those that are open now. */
  readonly connections: number
  readonly openConnections: number
} & AsyncDisposable

/**
 * A model server on this machine that answers what the script says: OpenAI's chat completions,
 * streamed and not, and any fault that HTTP can have. Tests and rehearsals run against it.
 */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  let underWay = 0
  let busiest = 0
  const server = createServer((message, response) => {
    underWay += 1
    busiest = Math.max(busiest, underWay)
    response.once('close', () => (underWay -= 1))
    const handle = async (): Promise<void> => {
      const request = await readRequest(message)
      const nth = requests.push(request) - 1
      await write(response, toRawReply(await script(request, nth), request))
    }
    handle().catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`The script failed: ${String(error)}`)
    })
  })
  let connections = 0
  let openConnections = 0
  server.on('connection', (socket) => {
    connections += 1
    openConnections += 1
    socket.once('close', () => (openConnections -= 1))
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    get busiest() {
      return busiest
    },
    get connections() {
      return connections
    },
    get openConnections() {
      return openConnections
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function write(response: ServerResponse, reply: RawReply): Promise<void> {
  response.statusCode = reply.status
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
  for await (const step of reply.steps) {
    if (response.destroyed) return
    if ('end' in step && step.end === 'close') break
    await take(response, step)
  }
  response.end()
}

/** Returns early when the client hangs up. */
async function take(response: ServerResponse, step: ScriptedStep): Promise<void> {
  if ('send' in step) {
    const isTaken = response.write(step.send)
    if (!isTaken) await untilEvent(response, 'drain')
  } else if ('waitMs' in step) await pauseFor(response, step.waitMs)
  else if (step.end === 'reset') response.socket?.resetAndDestroy()
  else if (step.end === 'hang') await untilEvent(response, 'close')
}

function untilEvent(response: ServerResponse, name: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off(name, done)
      response.off('close', done)
      resolve()
    }
    response.once(name, done)
    response.once('close', done)
  })
}

function pauseFor(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    response.once('close', done)
    function done(): void {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
  })
}
