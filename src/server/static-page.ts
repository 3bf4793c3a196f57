import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Handler } from 'hono'

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
 * show. Files under assets/ have their hash in the name, so they never change.
 */
export function staticPage(folder: string): Handler {
  return async (c) => {
    const decoded = decodedPath(c.req.path)
    if (decoded === null) return c.text('There is no such page.', 404)
    const wanted = path.posix.normalize(decoded)
    const isFile = path.posix.extname(wanted) !== ''
    const file = path.join(folder, isFile ? wanted : 'index.html')
    const type = types[path.extname(file)]
    const info = isInside(file, folder) && type ? await stat(file).catch(() => null) : null
    if (info === null || type === undefined || !info.isFile()) {
      return c.text(isFile ? 'There is no such file.' : notBuilt, 404)
    }
    const forever = wanted.startsWith('/assets/')
    return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
      headers: {
        'content-type': type,
        'content-length': String(info.size),
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

function isInside(file: string, folder: string): boolean {
  return file.startsWith(path.resolve(folder) + path.sep)
}

const notBuilt = 'The page is not built here. Run `npm run build` in the folder of Proofloop.'
