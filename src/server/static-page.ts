import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Handler } from 'hono'
import { takesGzip } from './takes-gzip.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.icc': 'application/vnd.iccprofile',
  '.woff2': 'font/woff2',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The web page: files of the built folder, and the page itself for every address that it knows how to
 * show. Files under assets/ have their hash in the name, so they never change. Where the build put a
 * compressed file beside one (`.gz`), who takes gzip gets that.
 */
export function staticPage(folder: string): Handler {
  return async (c) => {
    const decoded = decodedPath(c.req.path)
    if (decoded === null) return c.text('There is no such page.', 404)
    const wanted = path.posix.normalize(decoded)
    const isFile = path.posix.extname(wanted) !== ''
    const file = path.join(folder, isFile ? wanted : 'index.html')
    const type = types[path.extname(file)]
    const plain = isInside(file, folder) && type ? await sizeOf(file) : null
    if (plain === null || type === undefined) {
      return c.text(isFile ? 'There is no such file.' : notBuilt, 404)
    }
    const zipped = takesGzip(c.req.header('accept-encoding')) ? await sizeOf(`${file}.gz`) : null
    const sent = zipped === null ? file : `${file}.gz`
    const forever = wanted.startsWith('/assets/')
    return new Response(Readable.toWeb(createReadStream(sent)) as ReadableStream, {
      headers: {
        'content-type': type,
        'content-length': String(zipped ?? plain),
        ...(zipped !== null && { 'content-encoding': 'gzip' }),
        vary: 'accept-encoding',
        'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    })
  }
}

/** Null when its escapes are none, as in `/100%`. */
function decodedPath(address: string): string | null {
  try {
    return decodeURIComponent(address)
  } catch {
    return null
  }
}

/** Null where no file is. */
async function sizeOf(file: string): Promise<number | null> {
  const info = await stat(file).catch(() => null)
  return info?.isFile() ? info.size : null
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(path.resolve(folder) + path.sep)
}

const notBuilt = 'The page is not built here. Run `npm run build` in the folder of Proofloop.'
