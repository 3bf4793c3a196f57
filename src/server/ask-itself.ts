import { permissionsOf } from '../access/permissions.ts'
import { type Actor, mayDo } from '../access/actor.ts'
import type { Role } from '../schema/access.ts'
import type { AskedServer } from '../environment/check.ts'
import { once } from '../lib/once.ts'
import type { Store } from '../store/store.ts'
import type { AppHost } from './app.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { listProcedures } from './list-procedures.ts'
import type { App } from './request-context.ts'

/** Somebody with some rights; only requests of ours are theirs. @param id no account has it when left out */
function somebody(roles: readonly Role[], id = 'doctor'): Actor {
  const permissions = permissionsOf(roles)
  return { id, name: 'doctor', roles, permissions, via: 'session' }
}

/**
 * The server's own routes, asked without a socket, past its request log and its counts.
 * @param createApp makes them; others know nobody but who asks
 */
export function askItself(createApp: (host: AppHost) => App, host: AppHost): AskedServer {
  const silent = {
    ...host,
    log: withoutRequests(host.log),
    metrics: uncounted(host.metrics),
    store: unrecorded(host.store),
    readers: { ...host.readers, store: unrecorded(host.readers.store) },
  }
  const stranger = once(() => createApp(silent))
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
  const askAs = (actor: Actor) => {
    const app = once(() =>
      createApp({ ...silent, identify: async () => ({ actor, session: null }) }),
    )
    return async (route: { method: string; path: string }, signal: AbortSignal) =>
      request(app(), route, signal)
  }
  return {
    routes: listProcedures(),
    pages: ['/api', '/api/openapi.json', '/metrics', '/livez', '/readyz', '/'],
    closedPages: ['/metrics'],
    asStranger: async (route, signal) => request(stranger(), route, signal),
    asRoleless: askAs(somebody([])),
    readerAs(roles, id) {
      const actor = somebody(roles, id)
      return { ask: askAs(actor), may: ({ permission }) => mayDo(actor, permission) }
    },
  }
}

/** Nobody is shown what is read: it is searched in this process, and dropped. */
function unrecorded(store: Store): Store {
  const nothing = async (): Promise<void> => {}
  return {
    ...store,
    audit: {
      ...store.audit,
      append: nothing,
      appendFirst: nothing,
      appendOnce: nothing,
      appendNew: nothing,
      endWindows: nothing,
    },
    openedTexts: { ...store.openedTexts, isOpen: async () => true },
  }
}

function withoutRequests(log: Log): Log {
  return { ...log, info: () => {} }
}

function uncounted(metrics: Metrics): Metrics {
  return { ...metrics, add: () => {}, observe: () => {} }
}
