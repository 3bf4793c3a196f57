import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Loss = {
  method: string
  path: string
  /** Before its request is passed on. */
  onRequest?: () => Promise<unknown>
  /** When the server has answered it. */
  onAnswer?: () => Promise<unknown>
}

/** Passes everything on to a server, but loses its answer to the first request that `loses` names. */
export async function lossyProxy(target: string, loses: Loss) {
  let lost = 0
  const passOn = ({ method, url = '', headers }: IncomingMessage) =>
    request(`${target}${url}`, { method, headers })
  const lose = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming)
    await loses.onRequest?.()
    await once(passOn(incoming).end(body), 'response')
    await loses.onAnswer?.()
    outgoing.destroy()
  }
  const proxy = createServer((incoming, outgoing) => {
    if (lost === 0 && incoming.method === loses.method && incoming.url === loses.path) {
      lost += 1
      void lose(incoming, outgoing)
      return
    }
    const onward = passOn(incoming).on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    lost: () => lost,
    [Symbol.asyncDispose]: async () => {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}
