import type { MiddlewareHandler } from 'hono'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Env } from './request-context.ts'

/** Gives each request an id, which the client may choose, and tells of it in log and metrics. */
export function requestLog({
  log,
  metrics,
}: {
  log: Log
  metrics: Metrics
}): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = c.req.header('x-request-id') ?? ''
    const request = /^[\w-]{8,64}$/.test(given) ? given : timeOrderedId()
    c.set('request', request)
    c.set('route', 'page')
    c.set('person', null)
    c.set('context', null)
    const start = performance.now()
    await next()
    c.res.headers.set('x-request-id', request)
    const seconds = (performance.now() - start) / 1000
    const { method } = c.req
    const { status } = c.res
    const route = c.get('route')
    metrics.add('proofloop_http_requests_total', { method, route, status: String(status) })
    if (!c.res.headers.get('content-type')?.startsWith('text/event-stream')) {
      metrics.observe('proofloop_http_request_seconds', seconds, { route })
    }
    const ms = Math.round(seconds * 1e4) / 10
    log.info('request', { request, method, route, status, ms, person: c.get('person') })
  }
}
