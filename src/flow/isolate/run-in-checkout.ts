import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { type CheckoutPlace, copyCheckout } from './checkout-place.ts'
import { excessOnDisk } from './disk-use.ts'
import { enclose, libraries, type Room, type Shown, type SystemWalls } from './enclosure.ts'
import { killGroup } from './isolated-process.ts'
import { adviceOnTools, type Isolation } from './isolation.ts'
import { treeOf, usageOfAll } from './process-tree.ts'
import type { Walls } from './walls.ts'
import { wallsThatShow } from './walls-that-show.ts'

type CheckoutLimits = {
  /** In milliseconds. */
  time: number
  /** Of all its processes together, resident, in bytes. */
  memory: number
  processes: number
  /** Of all that it prints, in bytes. */
  output: number
  /** By which the disk gets fuller while it runs, in bytes. */
  disk: number
  /** How many more files the disk has; not held where it does not count them, as btrfs. */
  files: number
}

const checkoutLimits: CheckoutLimits = {
  time: 10 * 60_000,
  memory: 2048 * 2 ** 20,
  processes: 256,
  output: 16 * 2 ** 20,
  disk: 1024 * 2 ** 20,
  files: 250_000,
}

export type CheckoutCommand = {
  /** The folder; the command gets a copy of it, without `.git`. */
  checkout: string
  /** A program and its arguments, such as `['npm', 'test']`; no shell reads them. */
  command: readonly string[]
  /** A folder that everybody may read; it is `node_modules` there. Left out: what the checkout brings. */
  packages?: string
  /** Files and folders of ours that it sees where they are, to read them: programs, never data. */
  reads?: readonly string[]
  /** The name of a file in its folder for temporary files, which it writes, and how many bytes are taken of it. */
  result?: { file: string; most: number }
  limits?: Partial<CheckoutLimits>
  /** Whether it may run as a process like any other where the system puts up no walls; default false. */
  evenBare?: boolean
  signal?: AbortSignal
}

export type CheckoutRun = {
  /** Null when it was stopped, or a signal ended it. */
  exitCode: number | null
  /** What it took too much of; null when it ended by itself. */
  stopped: keyof CheckoutLimits | null
  /** The end of what it printed, both streams as they came. Its author may read it. */
  log: string
  isLogCut: boolean
  /** What `result` asks for; null when there is no such regular file, or it has more. */
  result: Buffer | null
}

const logBytes = 64 * 2 ** 10
const pollEvery = 100

/**
 * Runs a command that comes with a change where it reaches nothing of ours: it sees a copy of its checkout, node
 * with npm, and programs of the system; it has no network, no environment and no data of the server. For tests,
 * install scripts, bundling: whatever a change brings along.
 *
 *     const { exitCode, stopped, log } = await runInCheckout(await host.isolation(), {
 *       checkout, command: ['npm', 'test'], packages, signal,
 *     })
 *
 * @throws UserFacingError checkout-walls where the system puts up no walls and it must not run bare;
 * checkout-own-files where it does not read what it is given; checkout-unreadable
 */
export async function runInCheckout(
  isolation: Isolation,
  options: CheckoutCommand,
): Promise<CheckoutRun> {
  if (putsUpWalls(isolation)) {
    const { reads = [] } = options
    return runBehind(await wallsThatShow(isolation.walls, { programs, reads }), options)
  }
  if (options.evenBare !== true) throw withoutWalls(isolation)
  const bare = { tools: { kind: 'none' }, network: false, files: false, processes: false } as const
  return runBehind({ ...isolation.walls, ...bare }, options)
}

/** Whether what a change brings along can be kept apart here. A gate worker runs flows, and nothing else. */
export function putsUpWalls({ isolation, worker }: Isolation): boolean {
  return isolation === 'os' && worker === undefined
}

function withoutWalls({ advice: own, worker }: Isolation): UserFacingError {
  const advice = worker === undefined ? own : `A gate worker runs flows only. ${adviceOnTools}`
  const more = advice === null ? '' : ` ${advice}`
  return new UserFacingError(
    'checkout-walls',
    `Nothing that a change brings along is run here, since the system keeps it apart from nothing.${more}`,
  )
}

/** The same behind any walls: tests take some away. */
export async function runBehind(
  walls: SystemWalls & Pick<Walls, 'environment'>,
  { checkout, command, packages, reads, result, limits, signal }: CheckoutCommand,
): Promise<CheckoutRun> {
  const leftOut = packages === undefined ? [] : ['node_modules']
  await using place = await copyCheckout(path.resolve(checkout), { user: walls.user, leftOut })
  signal?.throwIfAborted()
  const room = roomOf(place, { command, packages, reads })
  const { command: program, args, ...user } = enclose(walls, room)
  const child = spawn(program, args, {
    ...user,
    cwd: walls.files ? undefined : place.checkout,
    env: { ...walls.environment, ...environmentOf(walls.files ? '/tmp' : place.temporary) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const stop = (): void => killGroup(child)
  signal?.addEventListener('abort', stop)
  try {
    const run = await watch(child, { ...checkoutLimits, ...limits }, place.folder)
    signal?.throwIfAborted()
    return { ...run, result: await resultIn(place, result) }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

const node = path.dirname(process.execPath)
const ownNpm = path.resolve(node, '..', 'lib', 'node_modules', 'npm')
const inNpm = '/node/lib/node_modules/npm'

const programs: Shown[] = [
  ...libraries,
  ...['/bin', '/usr/bin', '/etc/alternatives'].map((folder) => ({ from: folder, to: folder })),
  { from: process.execPath, to: '/node/bin/node' },
  { from: ownNpm, to: inNpm },
  ...['null', 'zero', 'urandom', 'random'].map((name): Shown => {
    return { from: `/dev/${name}`, to: `/dev/${name}`, as: 'device' }
  }),
]

function environmentOf(temporary: string): Record<string, string> {
  const searched = ['/node/bin', `${inNpm}/bin`, node, '/usr/bin', '/bin']
  return { PATH: searched.join(path.delimiter), HOME: temporary, TMPDIR: temporary, CI: 'true' }
}

function roomOf(
  { root, checkout, temporary }: CheckoutPlace,
  { command, packages, reads = [] }: Pick<CheckoutCommand, 'command' | 'packages' | 'reads'>,
): Room {
  const own: Shown[] = [
    { from: checkout, to: '/checkout', as: 'writable' },
    { from: temporary, to: '/tmp', as: 'writable' },
    ...(packages === undefined
      ? []
      : [{ from: path.resolve(packages), to: '/checkout/node_modules' }]),
  ]
  const ours = reads.map((folder): Shown => ({ from: folder, to: folder }))
  const inside = ['/bin/sh', '-c', 'cd /checkout && exec "$@"', 'sh', ...command]
  return { root, shown: [...programs, ...own, ...ours], inside, outside: [...command] }
}

/** A link there would lead to a file of ours, and a pipe would keep us waiting. */
async function resultIn(
  { temporary }: CheckoutPlace,
  wanted: CheckoutCommand['result'],
): Promise<Buffer | null> {
  if (wanted === undefined) return null
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = path.join(temporary, wanted.file)
  try {
    await using handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const facts = await handle.stat()
    return facts.isFile() && facts.size <= wanted.most ? await handle.readFile() : null
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(codeOf(error))) return null
    throw error
  }
}

/** Until it has ended, with all that it printed. */
async function watch(
  child: ChildProcess,
  limits: CheckoutLimits,
  folder: string,
): Promise<Omit<CheckoutRun, 'result'>> {
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject)
  child.on('close', ended.resolve)
  let stopped: CheckoutRun['stopped'] = null
  let isOver = false
  const stop = (limit: keyof CheckoutLimits): void => {
    stopped ??= limit
    killGroup(child)
  }
  const printed = keepEnd(child, () => stop('output'), limits.output)
  const watching = poll(child, { limits, folder, stop, isOver: () => isOver })
  try {
    const code = await ended.promise
    return { exitCode: stopped === null ? code : null, stopped, ...printed() }
  } finally {
    isOver = true
    await watching
  }
}

function keepEnd(child: ChildProcess, onTooMuch: () => void, most: number) {
  let kept = Buffer.alloc(0)
  let bytes = 0
  const take = (data: Buffer): void => {
    bytes += data.length
    kept = Buffer.concat([kept, data]).subarray(-logBytes)
    if (bytes > most) onTooMuch()
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  return () => ({ log: kept.toString('utf8'), isLogCut: bytes > kept.length })
}

type Watched = {
  limits: CheckoutLimits
  folder: string
  stop: (limit: keyof CheckoutLimits) => void
  isOver: () => boolean
}

async function poll(
  { pid }: ChildProcess,
  { limits, folder, stop, isOver }: Watched,
): Promise<void> {
  if (pid === undefined) return
  const startedAt = performance.now()
  const before = await statfs(folder)
  while (!isOver()) {
    const pids = treeOf(pid) ?? [pid]
    const { memory } = await usageOfAll(pids)
    if (memory > limits.memory) stop('memory')
    if (pids.length > limits.processes) stop('processes')
    if (performance.now() - startedAt > limits.time) stop('time')
    const excess = excessOnDisk(before, await statfs(folder), limits)
    if (excess !== null) stop(excess)
    await new Promise((resolve) => setTimeout(resolve, pollEvery))
  }
}
