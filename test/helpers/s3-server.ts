import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
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
