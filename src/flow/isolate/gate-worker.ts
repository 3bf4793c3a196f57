import { once } from 'node:events'
import { access, chown, constants, lstat, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { clearAfter } from './clear-after.ts'
import type { WallTools } from './enclosure.ts'
import { findTools, isRoot } from './find-tools.ts'
import { layOutFlow } from './flow-place.ts'
import { createFrames, type FromGateWorker, ToGateWorker } from './gate-worker-protocol.ts'
import { type ProcessFault, spawnWithPipe } from './isolated-process.ts'
import { createUsers, freshUser } from './fresh-users.ts'
import { allWalls, isNoUser } from './isolation.ts'
import { attemptReach } from './probe-attempts.ts'
import { probeNeighbours } from './probe-neighbours.ts'
import { runProbe, withCanary } from './probe.ts'
import {
  type Neighbour,
  type ProbeRequest,
  type ProbeResult,
  reachesSockets,
} from './probe-protocol.ts'
import { isolationLimits } from './protocol.ts'
import { createTurns, type Turns } from './turns.ts'
import { commandBehind, type Walls } from './walls.ts'
import { waysOut } from './ways-out.ts'

export type GateWorkerOptions = {
  /** Where it listens: a file in a folder that the server sees, too. */
  socket: string
  /** Of Proofloop; a server takes its own alone. */
  version: string
  /** Of `findTools`, best first. */
  tools?: WallTools[]
  report: (error: unknown) => void
}

const pollEvery = 50

/**
 * Runs processes of flows for a server whose own system puts up no walls. What it runs in, a container without a
 * network, is the wall; this shows by trying that it is one. It keeps nothing, knows no key and asks nobody.
 * @throws UserFacingError gate-worker-network, gate-worker-walls, gate-socket-in-use, gate-socket-folder
 */
export async function startGateWorker(options: GateWorkerOptions): Promise<AsyncDisposable> {
  const socket = path.resolve(options.socket)
  const shared = path.dirname(socket)
  const network = await waysOut()
  if (network.length > 0) {
    throw new UserFacingError(
      'gate-worker-network',
      `A gate worker has no network, and this one has: ${network.join(', ')}. Start it in a container without one (docker run --network none), or under unshare --net.`,
    )
  }
  const walls = await chooseWalls(options.tools ?? findTools(), { shared, socket })
  const wallsOfEach = wallsFor(walls)
  const turns = createTurns({ areAlone: reachesSockets(await neighboursBehind(wallsOfEach)) })
  const context = { ...options, socket, shared, wallsOfEach, turns }
  const server = createServer((connection) => serve(connection, context))
  await listen(server, { socket, shared })
  const open = new Set<Socket>()
  server.on('connection', (connection) => {
    open.add(connection)
    connection.on('close', () => open.delete(connection))
  })
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const connection of open) connection.destroy()
      await closed
    },
  }
}

type Context = GateWorkerOptions & {
  shared: string
  wallsOfEach: WallsOfEach
  turns: Turns
}

type WallsOfEach = () => { walls: Walls } & Disposable

/** Each process is a user of its own, or one would end another, and read of it. */
function wallsFor(walls: Walls): WallsOfEach {
  const users = createUsers()
  return () => {
    const user = walls.user === null ? null : users.take()
    return {
      walls: { ...walls, user },
      [Symbol.dispose]: () => user === null || users.free(user),
    }
  }
}

async function neighboursBehind(wallsOfEach: WallsOfEach): Promise<Neighbour | null> {
  using one = wallsOfEach()
  using other = wallsOfEach()
  return await probeNeighbours(one.walls, other.walls)
}

/**
 * The strongest walls behind which a flow, also without those of Node, reaches neither the worker nor what the
 * server shares with it.
 */
async function chooseWalls(
  tools: WallTools[],
  { shared, socket }: { shared: string; socket: string },
): Promise<Walls> {
  await requireFolder(shared)
  return withCanary(shared, async (canary) => {
    const none = { tcp: [], udp: [], abstract: 'none', unix: [socket] }
    const request = { ...none, canary, pid: process.pid, shared }
    for (const user of isRoot() ? [freshUser(), null] : [null]) {
      for (const kind of tools) {
        const walls = { ...allWalls, tools: kind, user }
        if (await isShut(walls, request)) return walls
      }
    }
    throw new UserFacingError(
      'gate-worker-walls',
      'A flow would reach this worker here: it is one user with it, or writes to the folder of its socket. Start the worker as root of its container, so that flows get a user of their own, and let nobody but its owner write to that folder.',
    )
  })
}

async function requireFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new UserFacingError(
      'gate-socket-folder',
      `There is no folder ${folder} for the socket that this worker may write to. Mount one that the server has, too.`,
      { cause },
    )
  }
}

async function isShut(walls: Walls, request: ProbeRequest): Promise<boolean> {
  try {
    const all = await runProbe(walls, request)
    if (all === null || all.spawn || all.write || all.sqlite) return false
    const bare = await runProbe({ ...walls, permission: false }, request)
    return bare !== null && !(bare.signal || bare.shared || bare.unix || bare.canary)
  } catch (error) {
    if (isNoUser(error)) return false
    throw error
  }
}

/** The socket belongs to whoever has its folder: the server's user, and nobody else, connects to it. */
async function listen(server: Server, { socket, shared }: { socket: string; shared: string }) {
  await clear(socket)
  const before = process.umask(0o177)
  try {
    server.listen({ path: socket })
    await once(server, 'listening')
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new UserFacingError('gate-socket-folder', `No socket can be made at ${socket}${why}.`, {
      cause,
    })
  } finally {
    process.umask(before)
  }
  const { uid, gid } = await stat(shared)
  if (isRoot()) await chown(socket, uid, gid)
}

/** What a worker that was killed has left. */
async function clear(socket: string): Promise<void> {
  const found = await lstat(socket).catch(() => null)
  if (found === null) return
  const isFree = found.isSocket() && !(await answers(socket))
  if (isFree) return rm(socket)
  throw new UserFacingError(
    'gate-socket-in-use',
    `${socket} is there already: another gate worker listens on it, or it is no socket. Name another file.`,
  )
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const tried = connect({ path: socket })
    tried.on('connect', () => resolve(true)).on('error', () => resolve(false))
    tried.on('connect', () => tried.destroy())
  })
}

/** One question a connection. */
function serve(connection: Socket, context: Context): void {
  const flow = waitingFlow()
  let isAsked = false
  connection.on('error', () => connection.destroy())
  const frames = createFrames(connection, {
    schema: ToGateWorker,
    maxBytes: 2 ** 30,
    onBytes: flow.write,
    onFault: () => connection.destroy(),
    onMessage(message) {
      if (isAsked) {
        connection.destroy()
        return
      }
      isAsked = true
      const work = answer(message, { connection, frames, flow, ...context })
      void work.catch(context.report).finally(() => connection.end())
    },
  })
}

async function answer(message: ToGateWorker, run: FlowRun): Promise<void> {
  switch (message.kind) {
    case 'probe':
      run.frames.send(await tell(message.request, run))
      return
    case 'turn':
      return run.turns.take(run.connection, (turn) => run.frames.send({ kind: 'begun', turn }))
    case 'run':
      return runInTurn(message, run)
  }
}

async function tell(
  asked: ProbeRequest,
  { socket, shared, wallsOfEach, version }: Context,
): Promise<FromGateWorker> {
  const request = { ...asked, pid: process.pid, shared, unix: [...asked.unix, socket] }
  using own = wallsOfEach()
  const run = (permission: boolean): Promise<ProbeResult | null> =>
    runProbe({ ...own.walls, permission }, request)
  return {
    kind: 'probed',
    version,
    all: await run(true),
    bare: await run(false),
    own: await attemptReach(asked),
    neighbour: await neighboursBehind(wallsOfEach),
    network: await waysOut(),
  }
}

/** What is said to a flow before its process is there. */
function waitingFlow() {
  const pending: Buffer[] = []
  let take: ((bytes: Buffer) => void) | undefined
  return {
    write: (bytes: Buffer): void => {
      if (take) take(bytes)
      else pending.push(bytes)
    },
    start: (onBytes: (bytes: Buffer) => void): void => {
      take = onBytes
      for (const bytes of pending.splice(0)) onBytes(bytes)
    },
  }
}

type FlowRun = {
  connection: Socket
  frames: ReturnType<typeof createFrames<ToGateWorker>>
  flow: ReturnType<typeof waitingFlow>
} & Context

/** What asks for a process without a turn gets none. */
async function runInTurn(message: ToGateWorker & { kind: 'run' }, run: FlowRun): Promise<void> {
  const leave = run.turns.enter(message.turn, run.connection)
  if (leave === null) return
  try {
    using own = run.wallsOfEach()
    await runFlow(message, { ...run, walls: own.walls })
    if (own.walls.user !== null) await clearAfter(own.walls.user)
  } finally {
    leave()
  }
}

async function runFlow(
  { agents, code, memory }: ToGateWorker & { kind: 'run' },
  { connection, frames, flow, walls, report }: FlowRun & { walls: Walls },
): Promise<void> {
  await using place = await layOutFlow({ agents, code }, walls.user)
  const run = { node: process.execPath, entry: 'flow-child.mjs', memory }
  const ended = Promise.withResolvers<ProcessFault>()
  if (connection.destroyed) return
  const started = spawnWithPipe(commandBehind(walls, { ...place, ...run }), ended.resolve)
  const { pipe, kill, usage } = started
  connection.on('close', kill)
  pipe?.on('data', (bytes: Buffer) => {
    if (frames.sendBytes(bytes)) return
    pipe.pause()
    connection.once('drain', () => pipe.resume())
  })
  flow.start((bytes) => {
    if (pipe?.writable) pipe.write(bytes)
    if ((pipe?.writableLength ?? 0) > isolationLimits.unread) started.end('too-large')
  })
  const timer = setInterval(() => {
    usage(false).then((used) => frames.send({ kind: 'usage', ...used }), report)
  }, pollEvery)
  const fault = await ended.promise
  clearInterval(timer)
  frames.send({ kind: 'ended', fault: fault === 'not-started' ? 'not-started' : 'ended' })
}
