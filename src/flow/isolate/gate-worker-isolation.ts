import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createFrames, FromGateWorker } from './gate-worker-protocol.ts'
import { adviceFor, adviceOnTools, type Isolation, type IsolationOptions } from './isolation.ts'
import { reachesSockets } from './probe-protocol.ts'
import { openTarget, withCanary } from './probe.ts'

type GateWorkerOptions = {
  /** Its socket. */
  worker: string
  /** Of Proofloop here. */
  version: string
  dataFolder: string
  requester: IsolationOptions['requester']
}

/** In milliseconds. */
const longest = 60_000

/**
 * What holds where a gate worker runs flows for a machine that puts up no walls itself. It is tried each time:
 * a worker may have been started anew, elsewhere.
 */
export async function throughGateWorker(
  here: Isolation,
  options: GateWorkerOptions,
): Promise<Isolation> {
  if (here.isolation === 'os') return here
  const { lacks, areInTurns } = await tryWorker(options)
  if (lacks.length > 0) {
    const why = `The gate worker at ${options.worker} is not used: ${lacks.join(', ')}.`
    return { ...here, advice: [why, here.advice].filter((one) => one !== null).join(' ') }
  }
  return {
    ...here,
    isolation: 'os',
    tools: 'gate-worker',
    worker: options.worker,
    advice: adviceFor('os', here.boundary, options.requester),
    areInTurns,
  }
}

/**
 * What holds for a flow whose author reads what it finds. Where flows take turns at a gate worker, one may still leave
 * something behind for the next, such as a port that is in use for a while: it runs on this machine, or not at all.
 */
export function whereOutputIsRead(found: Isolation): Isolation {
  if (found.areInTurns !== true) return found
  const { worker: _, areInTurns: __, ...here } = found
  const advice = `The gate worker runs gates alone: its container forbids namespaces, so that flows there are not kept apart from each other. ${adviceOnTools}`
  return { ...here, isolation: 'process', tools: here.walls.tools.kind, advice }
}

type Probed = FromGateWorker & { kind: 'probed' }

type Tried = {
  /** Why flows would not be kept apart there; empty when they are. */
  lacks: string[]
  areInTurns: boolean
}

async function tryWorker({ worker, version, dataFolder }: GateWorkerOptions): Promise<Tried> {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all)
  const hosts = addresses.flatMap(({ family, address }) => (family === 'IPv4' ? [address] : []))
  await using target = await openTarget(hosts)
  return await withCanary(dataFolder, async (canary) => {
    const request = { ...target.request, canary, pid: process.pid, shared: null }
    const probed = await ask(worker, { kind: 'probe', request })
    const areInTurns = reachesSockets(probed?.neighbour ?? null)
    if (probed === null) return { lacks: ['it does not answer'], areInTurns }
    const other = `it is Proofloop ${probed.version}, not ${version}`
    if (probed.version !== version) return { lacks: [other], areInTurns }
    return { lacks: lacksIn(probed, await target.hasDatagram(false)), areInTurns }
  })
}

function lacksIn({ all, bare, own, neighbour, network }: Probed, udp: boolean): string[] {
  if (all === null || bare === null || neighbour === null) return ['it starts no process']
  const tried = [all, bare, own]
  const isOnNetwork =
    udp || network.length > 0 || tried.some(({ tcp, abstract }) => tcp || abstract)
  const through = network.length > 0 ? ` (${network.join(', ')})` : ''
  return [
    isOnNetwork ? `it has a network${through}` : null,
    tried.some(({ unix }) => unix) ? 'it reaches sockets of this machine' : null,
    tried.some(({ canary }) => canary) ? 'it reads the data folder' : null,
    bare.signal || bare.shared ? 'flows reach the worker itself' : null,
    neighbour.signal || neighbour.canary ? 'flows end or read each other' : null,
    all.spawn || all.write || all.sqlite ? 'the walls of Node do not hold there' : null,
  ].filter((lack) => lack !== null)
}

/** Null: nobody answers, or not in time, or something else. */
function ask(
  worker: string,
  question: Parameters<ReturnType<typeof createFrames>['send']>[0],
): Promise<Probed | null> {
  return new Promise((resolve) => {
    const socket = connect({ path: worker })
    const settle = (probed: Probed | null): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(probed)
    }
    const timer = setTimeout(() => settle(null), longest)
    socket.on('error', () => settle(null))
    socket.on('close', () => settle(null))
    const frames = createFrames(socket, {
      schema: FromGateWorker,
      maxBytes: 2 ** 20,
      onBytes: () => settle(null),
      onFault: () => settle(null),
      onMessage: (message) => settle(message.kind === 'probed' ? message : null),
    })
    frames.send(question)
  })
}
