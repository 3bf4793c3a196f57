import type { MiddlewareHandler } from 'hono'
import { isIP } from 'node:net'
import type { ErrorAnswer } from './answer-errors.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Another site may neither send what a person's cookies would sign (Origin) nor reach a local server
 * under a name of its own (Host, DNS rebinding). Programs that send a key and no cookie have no Origin.
 * @param publicUrl where browsers reach the server; null when that is not told
 */
export function requireOwnOrigin(options: {
  loopback: boolean
  publicUrl: string | null
}): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? ''
    if (!isOwnHost(host, options)) return c.json(foreignHost, 421)
    if (!safe.has(c.req.method) && !isOwnOrigin(c.req.header(), host, options)) {
      return c.json(foreignOrigin, 403)
    }
    return next()
  }
}

function isOwnHost(
  host: string,
  { loopback, publicUrl }: { loopback: boolean; publicUrl: string | null },
): boolean {
  if (publicUrl !== null && host === new URL(publicUrl).host) return true
  if (!loopback) return publicUrl === null
  return isLoopback(host.replace(/:\d+$/, ''))
}

function isOwnOrigin(
  headers: Record<string, string>,
  host: string,
  { publicUrl }: { publicUrl: string | null },
): boolean {
  const { origin, cookie } = headers
  const site = headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') return false
  if (origin === undefined) return cookie === undefined || site === 'same-origin'
  if (!URL.canParse(origin)) return false
  return publicUrl === null
    ? new URL(origin).host === host
    : ownOrigins(publicUrl, host).has(origin)
}

/** A server behind a proxy is also reached directly, by the machine's own people. */
function ownOrigins(publicUrl: string, host: string): Set<string> {
  const origins = new Set([new URL(publicUrl).origin])
  if (isLoopback(host.replace(/:\d+$/, ''))) origins.add(`http://${host}`)
  return origins
}

/** A name or address of this machine, as it stands in a URL. */
export function isLoopback(name: string): boolean {
  const address = name.replace(/^\[|\]$/g, '')
  if (address === 'localhost' || address === '::1') return true
  return isIP(address) === 4 && address.startsWith('127.')
}

const foreignHost: ErrorAnswer = {
  defined: false,
  code: 'host-unknown',
  status: 421,
  message:
    'The server is not known under this name. Set PROOFLOOP_URL to the address that people use.',
}

const foreignOrigin: ErrorAnswer = {
  defined: false,
  code: 'origin-foreign',
  status: 403,
  message: 'The request comes from another site. Behind a proxy, set PROOFLOOP_URL to its address.',
}
