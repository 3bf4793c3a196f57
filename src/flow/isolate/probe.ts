import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { z } from 'zod'
import { layOutFlow } from './flow-place.ts'
import { startProcess } from './isolated-process.ts'
import { type ListenRequest, ProbeResult, type ProbeRequest } from './probe-protocol.ts'
import { commandBehind, type Walls } from './walls.ts'

/** What a process behind walls could do; null when none could be started there. */
export type Probed = (ProbeResult & { udp: boolean }) | null

const longest = 15_000
const memory = 256 * 2 ** 20

/** Starts a process behind these walls and has it try to get out. @param canary a file that it must not read */
export async function probe(walls: Walls, canary: string): Promise<Probed> {
  await using target = await openTarget(['127.0.0.1'])
  const result = await runProbe(walls, {
    ...target.request,
    canary,
    pid: process.pid,
    shared: null,
  })
  return result && { ...result, udp: await target.hasDatagram(result.tcp) }
}

/** The process alone: somebody else listens. Null when none could be started behind the walls. */
export async function runProbe(walls: Walls, request: ProbeRequest): Promise<ProbeResult | null> {
  await using asked = await askBehind(walls, request, ProbeResult)
  return asked.answer
}

/** A process behind walls with what it answers; it is there until this is disposed. */
export async function askBehind<T>(
  walls: Walls,
  request: ProbeRequest | ListenRequest,
  schema: z.ZodType<T>,
) {
  await using stack = new AsyncDisposableStack()
  const place = stack.use(await layOutFlow({ agents: [] }, walls.user))
  const command = commandBehind(walls, {
    ...place,
    node: process.execPath,
    entry: 'probe-child.mjs',
    memory,
  })
  const { promise, resolve } = Promise.withResolvers<T | null>()
  const own = startProcess(command, {
    schema,
    maxBytes: 2 ** 20,
    onMessage: resolve,
    onEnd: () => resolve(null),
  })
  const timer = setTimeout(() => resolve(null), longest)
  own.send(request)
  stack.defer(() => own.kill())
  const answer = await promise
  clearTimeout(timer)
  const kept = stack.move()
  return {
    /** Null when it could not be started, or said nothing. */
    answer,
    pid: own.pid,
    flow: place.flow,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/**
 * Sockets of all kinds that a process without walls reaches.
 * @param hosts addresses of this machine; more than one: it listens on all
 */
export async function openTarget(hosts: readonly string[]): Promise<
  {
    request: Pick<ProbeRequest, 'tcp' | 'udp' | 'unix' | 'abstract'>
    hasDatagram: (isReached: boolean) => Promise<boolean>
  } & AsyncDisposable
> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-probe-'))
  await chmod(folder, 0o755)
  const [first = '127.0.0.1', ...more] = hosts
  const host = more.length === 0 ? first : '0.0.0.0'
  const unix = path.join(folder, 'socket')
  const abstract = `proofloop-${randomBytes(8).toString('hex')}`
  const [tcp, ...others] = await Promise.all([
    listen({ host, port: 0 }),
    listen({ path: unix, readableAll: true, writableAll: true }),
    ...(process.platform === 'linux' ? [listen({ path: `\0${abstract}` })] : []),
  ])
  const udp = createSocket('udp4')
  udp.bind(0, host)
  await once(udp, 'listening')
  const datagram = once(udp, 'message').then(() => true)
  const address = tcp?.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const on = (number: number) => hosts.map((one) => ({ host: one, port: number }))
  return {
    request: { tcp: on(port), udp: on(udp.address().port), unix: [unix], abstract },
    // One that was sent before a connection was made is there.
    hasDatagram: async (isReached) => Promise.race([datagram, after(isReached ? 500 : 50, false)]),
    async [Symbol.asyncDispose]() {
      udp.close()
      for (const server of [tcp, ...others]) server?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listen(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(options)
  await once(server, 'listening')
  return server
}

function after<T>(time: number, value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(value), time)
  })
}

/** A file that nobody but this process' user may read, while it is tried. */
export async function withCanary<T>(
  folder: string,
  use: (canary: string) => Promise<T>,
): Promise<T> {
  const canary = path.join(folder, `.canary-${randomBytes(8).toString('hex')}`)
  await writeFile(canary, 'canary', { mode: 0o600 })
  try {
    return await use(canary)
  } finally {
    await rm(canary, { force: true })
  }
}
