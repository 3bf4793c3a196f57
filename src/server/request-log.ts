import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Env } from './request-context.ts'

/**
 * Gives each request an id, which the client may choose, and tells of it in log and metrics. Operators read both and may
 * not read all rows: of an answer of the API they are told the step in which it was ready, whoever asked, by no id
 * when it began, and that it failed when it leaves.
 */
export function requestLog({
  log,
  metrics,
}: {
  log: Log
  metrics: Metrics
}): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = c.req.header('x-request-id') ?? ''
    const request = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    c.set('request', request)
    c.set('route', 'page')
    c.set('person', null)
    c.set('context', null)
    c.set('ready', null)
    c.set('failure', null)
    const start = performance.now()
    await next()
    c.res.headers.set('x-request-id', request)
    const ms = c.get('ready') ?? Math.round((performance.now() - start) * 10) / 10
    const { method } = c.req
    const { status } = c.res
    const route = c.get('route')
    metrics.add('proofloop_http_requests_total', { method, route, status: String(status) })
    if (!c.res.headers.get('content-type')?.startsWith('text/event-stream')) {
      metrics.observe('proofloop_http_request_seconds', ms / 1000, { route })
    }
    const failure = c.get('failure')
    if (failure !== null) log.error('request-failed', failure.error, { request })
    log.info('request', { request, method, route, status, ms, person: c.get('person') })
  }
}
