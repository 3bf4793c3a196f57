import type { MiddlewareHandler } from 'hono'
import type { Metrics } from '../metrics.ts'
import type { App, Env } from '../request-context.ts'

export type HealthHost = {
  metrics: Metrics
  /** Null when it can serve, else a stable code. */
  hindrance: () => Promise<string | null>
}

/** For load balancers and monitoring. `/livez`: the process answers; `/readyz`: send it requests. */
export function addHealth(app: App, host: HealthHost): void {
  app.get('/livez', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => {
    const code = await host.hindrance()
    return code === null ? c.text('ok\n') : c.text(`${code}\n`, 503)
  })
}

export function addMetrics(app: App, metrics: Metrics, guard: MiddlewareHandler<Env>): void {
  app.get('/metrics', guard, (c) => {
    return c.text(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4' })
  })
}
