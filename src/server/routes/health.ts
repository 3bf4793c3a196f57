import type { MiddlewareHandler } from 'hono'
import { hearsAnswersAlone } from '../../access/permissions.ts'
import type { Identify } from '../gate.ts'
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

type MetricsHost = { metrics: Metrics; identify: Identify; guard: MiddlewareHandler<Env> }

/** Who is an engineer besides may have written what a gate runs: how busy that keeps the server is not told to them. */
export function addMetrics(app: App, { metrics, identify, guard }: MetricsHost): void {
  app.get('/metrics', guard, async (c) => {
    const roles = (await identify(c.req.raw.headers))?.actor.roles ?? []
    const text = metrics.text({ withoutRuns: hearsAnswersAlone(roles) })
    return c.text(text, 200, { 'content-type': 'text/plain; version=0.0.4' })
  })
}
