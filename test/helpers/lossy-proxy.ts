import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Passes everything on to a server, but loses its answer to the first request that `loses` names. */
export async function lossyProxy(target: string, loses: { method: string; path: string }) {
  let lost = 0
  const proxy = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming
    const onward = request(`${target}${path}`, { method, headers }, (answer) => {
      if (lost === 0 && method === loses.method && path === loses.path) {
        lost += 1
        outgoing.destroy()
        return
      }
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
