import { hash } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { Context } from 'hono'
import { takesGzip } from './takes-gzip.ts'

type LongAnswer = {
  /** Differs when the answer does. */
  tag: string
  chunks: AsyncIterable<Uint8Array> | Uint8Array<ArrayBuffer>[]
}

/** Of the answer itself. */
export function tagOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

/**
 * JSON that is not looked at again: compressed for clients that take it, and not at all for those that
 * have it (`If-None-Match`). Browsers keep no copy, as they keep none of files: who forgets a document
 * could not delete it.
 */
export function sendJson(c: Context, { tag, chunks }: LongAnswer): Response {
  const etag = `W/"${tag}"`
  const headers = { etag, vary: 'accept-encoding', 'cache-control': 'private, no-store' }
  if (isKnown(c.req.header('if-none-match'), etag))
    return new Response(null, { status: 304, headers })
  const typed = { ...headers, 'content-type': 'application/json' }
  if (takesGzip(c.req.header('accept-encoding'))) {
    const body = compressed(chunks)
    return new Response(body, { headers: { ...typed, 'content-encoding': 'gzip' } })
  }
  return new Response(plain(chunks), { headers: typed })
}

/** As a stream: a response that is made of bytes copies them twice. */
function plain(chunks: LongAnswer['chunks']): ReadableStream {
  if (!Array.isArray(chunks)) return ReadableStream.from(chunks)
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

/** In the threads of zlib. */
function compressed(chunks: LongAnswer['chunks']): ReadableStream {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  // An error destroys the stream, which breaks off the answer.
  pipeline(Readable.from(chunks), gzip, () => {})
  return Readable.toWeb(gzip) as ReadableStream
}

function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim())
  return known.includes('*') || known.includes(etag)
}
