import { Readable } from 'node:stream'
import type { Content } from '../store/blobs/blobs.ts'

type FileAnswer = {
  content: Content
  name: string
  type: string
  bytes?: number
  status?: 200 | 206
  headers?: Record<string, string>
}

/** Always as something to save: nothing that people upload may run as a page of ours. */
export function sendFile({ content, name, type, bytes, status, ...more }: FileAnswer): Response {
  const headers = new Headers({
    ...more.headers,
    'content-type': type,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  })
  if (bytes !== undefined) headers.set('content-length', String(bytes))
  return new Response(Readable.toWeb(Readable.from(content)) as ReadableStream, { status, headers })
}
