import { permissionsOf } from '../access/permissions.ts'
import { type Actor, mayDo } from '../access/actor.ts'
import type { AskedServer } from '../environment/check.ts'
import { once } from '../lib/once.ts'
import type { AppHost } from './app.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { listProcedures } from './list-procedures.ts'
import type { App } from './request-context.ts'

/** Somebody with the rights of an operator whom no account is; only requests of ours are theirs. */
const operator: Actor = {
  id: 'doctor',
  name: 'doctor',
  roles: ['operator'],
  permissions: permissionsOf(['operator']),
  via: 'session',
}

/**
 * The server's own routes, asked without a socket, past its request log and its counts.
 * @param createApp makes them; a second one knows nobody but an operator
 */
export function askItself(createApp: (host: AppHost) => App, host: AppHost): AskedServer {
  const silent = { ...host, log: withoutRequests(host.log), metrics: uncounted(host.metrics) }
  const stranger = once(() => createApp(silent))
  const known = once(() =>
    createApp({ ...silent, identify: async () => ({ actor: operator, session: null }) }),
  )
  const origin = host.publicUrl ?? 'http://localhost'
  const request = (
    app: App,
    { method, path }: { method: string; path: string },
    signal: AbortSignal,
  ) =>
    app.request(`${origin}${path.replaceAll(/\{\w+\}/g, 'none')}`, {
      method,
      signal,
      headers: { host: new URL(origin).host, origin },
    })
  return {
    routes: listProcedures(),
    pages: ['/api', '/api/openapi.json', '/metrics', '/livez', '/readyz', '/'],
    closedPages: ['/metrics'],
    asStranger: async (route, signal) => request(stranger(), route, signal),
    asOperator: async (route, signal) => request(known(), route, signal),
    isForOperators: ({ permission }) => mayDo(operator, permission),
  }
}

function withoutRequests(log: Log): Log {
  return { ...log, info: () => {} }
}

function uncounted(metrics: Metrics): Metrics {
  return { ...metrics, add: () => {}, observe: () => {} }
}
