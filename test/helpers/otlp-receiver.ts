import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SentSpan, spansOf } from './trace-file.ts'

type Received = { path: string; headers: IncomingHttpHeaders; spans: SentSpan[] }

/**
 * A receiver of OTLP over HTTP. It answers with `status` and, like some do, repeats what it was sent;
 * status null: it never answers.
 */
export async function otlpReceiver(status: number | null = 200) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString()
      const path = request.url ?? ''
      received.push({ path, headers: request.headers, spans: spansOf(JSON.parse(body)) })
      if (status !== null) response.writeHead(status).end(status === 200 ? '{}' : body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
