import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createFrames, FromGateWorker } from './gate-worker-protocol.ts'
import { adviceFor, type Isolation, type IsolationOptions } from './isolation.ts'
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
  const lacks = await lacksOf(options)
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
  }
}

type Probed = FromGateWorker & { kind: 'probed' }

/** Why flows would not be kept apart there; empty when they are. */
async function lacksOf({ worker, version, dataFolder }: GateWorkerOptions): Promise<string[]> {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all)
  const hosts = addresses.flatMap(({ family, address }) => (family === 'IPv4' ? [address] : []))
  await using target = await openTarget(hosts)
  return await withCanary(dataFolder, async (canary) => {
    const request = { ...target.request, canary, pid: process.pid, shared: null }
    const probed = await ask(worker, { kind: 'probe', request })
    if (probed === null) return ['it does not answer']
    if (probed.version !== version) return [`it is Proofloop ${probed.version}, not ${version}`]
    return lacksIn(probed, await target.hasDatagram(false))
  })
}

function lacksIn({ all, bare, own, network }: Probed, udp: boolean): string[] {
  if (all === null || bare === null) return ['it starts no process']
  const tried = [all, bare, own]
  const isOnNetwork =
    udp || network.length > 0 || tried.some(({ tcp, abstract }) => tcp || abstract)
  const through = network.length > 0 ? ` (${network.join(', ')})` : ''
  return [
    isOnNetwork ? `it has a network${through}` : null,
    tried.some(({ unix }) => unix) ? 'it reaches sockets of this machine' : null,
    tried.some(({ canary }) => canary) ? 'it reads the data folder' : null,
    bare.signal || bare.shared ? 'flows reach the worker itself' : null,
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
