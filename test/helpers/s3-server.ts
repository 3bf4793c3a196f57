import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tempFolder } from './temp-folder.ts'

type S3Rver = new (options: {
  port: number
  address: string
  silent: boolean
  directory: string
  configureBuckets: { name: string; configs: string[] }[]
}) => { run(): Promise<{ port: number }>; httpServer: Server; close(): Promise<void> }

// It has no types.
const createS3rver = createRequire(import.meta.url)('s3rver') as S3Rver

export const bucket = 'proofloop-test'

/** A real S3 server of this process with one bucket, and the settings that lead to it. */
export async function startS3Server() {
  const place = await tempFolder()
  const server = new createS3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: place.folder,
    configureBuckets: [{ name: bucket, configs: [] }],
  })
  const { port } = await server.run()
  const stop = async (): Promise<void> => {
    if (!server.httpServer.listening) return
    const closed = once(server.httpServer, 'close')
    server.httpServer.closeAllConnections()
    await server.close()
    await closed.catch(() => {})
  }
  return {
    /** Where it keeps objects. */
    folder: place.folder,
    env: {
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await place[Symbol.asyncDispose]()
    },
  }
}

/** What services answer to a request without a signature, by its cause. */
const answersToStrangers = {
  denied: [403, 'AccessDenied', 'Access Denied'],
  /** As Cloudflare's R2 refuses. */
  unsigned: [400, 'InvalidArgument', 'Authorization'],
  malformed: [400, 'InvalidRequest', 'Missing required header for this request'],
  moved: [301, 'PermanentRedirect', 'The bucket must be addressed using the specified endpoint.'],
  missing: [404, 'NoSuchKey', 'The specified key does not exist.'],
  busy: [503, 'SlowDown', 'Please reduce your request rate.'],
} as const

type ToStrangers = keyof typeof answersToStrangers | 'served'

export type S3Manner = {
  /** To whoever reads a file without a signature; default `denied`. */
  file?: ToStrangers
  /** To whoever lists the bucket without one; default `denied`. */
  list?: ToStrangers
  /** Of the bucket. Only what S3 says of them when something is deleted: nothing reads them here. */
  versions?: 'on' | 'suspended'
  /** As bad disks and locked buckets do, it `changes` or `keeps` files. */
  fault?: 'changes' | 'keeps'
}

/** Before a server: what s3rver does not know of rights and versions, as S3 answers it. */
export async function s3Front(
  { env }: Pick<Awaited<ReturnType<typeof startS3Server>>, 'env'>,
  manner: S3Manner,
) {
  const front = createServer((request, response) => void answer(request, response))
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { authorization } = request.headers
    const { file = 'denied', list = 'denied', fault } = manner
    const toStrangers = new URL(request.url ?? '', env.S3_ENDPOINT).search === '' ? file : list
    if (authorization === undefined && toStrangers !== 'served') {
      const [status, code, message] = answersToStrangers[toStrangers]
      response.writeHead(status, { 'content-type': 'application/xml' })
      return response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`)
    }
    if (fault === 'keeps' && request.method === 'DELETE') return response.writeHead(204).end()
    const { status, headers, content } = await passOn(request, env.S3_ENDPOINT)
    response.writeHead(status, { ...headers, ...versionHeaders(request, manner) })
    return response.end(fault === 'changes' ? content.fill('x') : content)
  }
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const { port } = front.address() as AddressInfo
  return {
    env: { ...env, S3_ENDPOINT: `http://127.0.0.1:${port}` },
    async [Symbol.asyncDispose]() {
      front.closeAllConnections()
      front.close()
    },
  }
}

/** Where versions are suspended, what was stored meanwhile is replaced by the marker. */
function versionHeaders({ method }: IncomingMessage, { versions }: S3Manner) {
  if (versions === undefined || method !== 'DELETE') return {}
  const id = versions === 'on' ? '3HL4kqtJvjVBH40Nrjfkd' : 'null'
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': id }
}

async function passOn(request: IncomingMessage, target: string) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  const { host: _, connection: __, ...headers } = request.headers
  const answered = await fetch(new URL(request.url ?? '', target), {
    method: request.method,
    headers: headers as Record<string, string>,
    body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
  })
  const content = Buffer.from(await answered.arrayBuffer())
  return { status: answered.status, headers: Object.fromEntries(answered.headers), content }
}
