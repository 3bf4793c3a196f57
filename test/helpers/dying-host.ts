import { z } from 'zod'
import type { ChangeHost } from '../../src/change/change-host.ts'

/** What a call is about, so that the same one again is known for the same; null: it changes nothing. */
type NameOf = (method: string, args: unknown[]) => string | null

/** Awaited for ever: nothing of whoever called runs any more, as of a process that was killed. */
const dead = new Promise<never>(() => {})

/**
 * A host whose process is killed after the first of its effects that no process before it had.
 * @param effects those that there were; it adds its own
 * @param die hears that it is dead
 */
export function dyingHost(host: ChangeHost, effects: Set<string>, die: () => void): ChangeHost {
  async function effect<T>(name: string, work: () => Promise<T>): Promise<T> {
    const result = await work()
    if (effects.has(name)) return result
    effects.add(name)
    die()
    return dead
  }
  function dying<T extends object>(target: T, nameOf: NameOf): T {
    return new Proxy(target, {
      get(all, method) {
        const own: unknown = Reflect.get(all, method)
        if (typeof own !== 'function' || typeof method !== 'string') return own
        return (...args: unknown[]) => {
          const call = (): Promise<unknown> => Reflect.apply(own, all, args)
          const name = nameOf(method, args)
          return name === null ? call() : effect(name, call)
        }
      },
    })
  }
  const { store, changes } = host
  return {
    ...host,
    jobs: dying(host.jobs, (method, [queue]) => (method === 'add' ? `job ${text(queue)}` : null)),
    changes: {
      ...changes,
      forge: dying(changes.forge, whole('setCheck', 'comment', 'merge', 'setDeployment')),
    },
    store: {
      ...store,
      changes: dying(store.changes, (method, args) => changeEffect(method, args)),
      gates: dying(store.gates, once('start')),
      evaluations: dying(store.evaluations, once('start', 'setJob')),
      gateAudits: dying(store.gateAudits, once('start')),
      flowVersions: dying(store.flowVersions, once('put')),
      audit: dying(store.audit, (method, [events]) =>
        method === 'append' ? `audit ${Actions.parse(events)[0]?.action}` : null,
      ),
    },
  }
}

const Actions = z.array(z.looseObject({ action: z.string() }))

function text(value: unknown): string {
  return JSON.stringify(value)
}

/** Arguments say what it is. */
function whole(...methods: string[]): NameOf {
  return (method, args) => (methods.includes(method) ? `${method} ${text(args)}` : null)
}

/** Arguments have ids that are drawn anew. */
function once(...methods: string[]): NameOf {
  return (method) => (methods.includes(method) ? method : null)
}

function changeEffect(method: string, args: unknown[]): string | null {
  const named = z.tuple([z.looseObject({ name: z.string() })], z.unknown()).safeParse(args)
  if (method === 'nameCheck' || method === 'endCheck') return `${method} ${named.data?.[0].name}`
  // Steps that are written with an event have ids of their own.
  if (method === 'tell') return `tell ${text(args[0])}`
  return whole('update', 'addRevision', 'startCheck', 'keepTold', 'requestDeployment')(method, args)
}
