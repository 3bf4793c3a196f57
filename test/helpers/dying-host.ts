import { z } from 'zod'
import type { ChangeHost } from '../../src/change/change-host.ts'

/** What a call is about, so that the same one again is known for the same; null: it changes nothing. */
type NameOf = (method: string, args: unknown[]) => string | null

/** Awaited for ever: nothing of whoever called runs any more until the process is killed. */
const dead = new Promise<never>(() => {})

type Effects = {
  /** Those that processes before it had. */
  known: Pick<ReadonlySet<string>, 'has'>
  /** Whether what the forge is told is one; of GitHub, whoever is asked sees more of them. */
  ofForge: boolean
  /** How each is done; whoever listens to everything else then knows what is none. */
  aside?: <T>(work: () => Promise<T>) => Promise<T>
}

/**
 * A host that does nothing more after the first of its effects that no process before it had.
 * @param die hears which it was
 */
export function dyingHost(
  host: ChangeHost,
  { known, ofForge, aside = async (work) => work() }: Effects,
  die: (effect: string) => void,
): ChangeHost {
  async function effect<T>(name: string, work: () => Promise<T>): Promise<T> {
    const result = await aside(work)
    if (known.has(name)) return result
    die(name)
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
    // The library has the store itself, in which it keeps a version that is new.
    flows: dying(host.flows, once('version', 'adopt')),
    jobs: dying(host.jobs, (method, [queue]) => (method === 'add' ? `job ${text(queue)}` : null)),
    changes: {
      ...changes,
      forge: ofForge
        ? dying(changes.forge, whole('setCheck', 'comment', 'merge', 'setDeployment'))
        : changes.forge,
    },
    store: {
      ...store,
      changes: dying(store.changes, (method, args) => changeEffect(method, args)),
      gates: dying(store.gates, once('gate', 'start')),
      evaluations: dying(store.evaluations, once('evaluation', 'start', 'setJob')),
      gateAudits: dying(store.gateAudits, once('audit of a gate', 'start')),
      audit: dying(store.audit, (method, [event]) =>
        method === 'appendFirst' ? `audit ${Action.parse(event).action}` : null,
      ),
    },
  }
}

const Action = z.looseObject({ action: z.string() })

/** When it is looked at next differs from run to run. */
const Wakes = z.object({ wakes: z.int() })

const Events = z.array(z.object({ event: z.unknown() }))

function text(value: unknown): string {
  return JSON.stringify(value)
}

/** Arguments say what it is. */
function whole(...methods: string[]): NameOf {
  return (method, args) => (methods.includes(method) ? `${method} ${text(args)}` : null)
}

/** Arguments have ids that are drawn anew. */
function once(what: string, ...methods: string[]): NameOf {
  return (method) => (methods.includes(method) ? `${method} ${what}` : null)
}

function changeEffect(method: string, args: unknown[]): string | null {
  const named = z.tuple([z.looseObject({ name: z.string() })], z.unknown()).safeParse(args)
  if (method === 'nameCheck' || method === 'endCheck') return `${method} ${named.data?.[0].name}`
  if (method === 'keepNextLook') return `${method} ${text(Wakes.parse(args[1]))}`
  // Steps that are written with an event have ids of their own.
  if (method === 'tell' || method === 'tellRefusal') return `tell ${text(args[0])}`
  if (method === 'tellTogether') {
    return `tell ${text(Events.parse(args[0]).map(({ event }) => event))}`
  }
  const wholly = [
    'update',
    'addRevision',
    'startCheck',
    'decide',
    'keepTold',
    'forgetChecksTold',
    'requestDeployment',
  ]
  return whole(...wholly)(method, args)
}
