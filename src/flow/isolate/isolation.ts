import { readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { UserFacingError } from '../../lib/errors.ts'
import { findTools, isRoot } from './find-tools.ts'
import { freshUser } from './fresh-users.ts'
import { type Probed, probe, withCanary } from './probe.ts'
import type { WallTools } from './enclosure.ts'
import type { Walls } from './walls.ts'

export type Isolation = {
  /** `os`: a probe reached no network, socket, file or process; `process`: Node's walls hold alone. */
  isolation: 'os' | 'process'
  /** `none`: the author of a flow may be the user that this process runs as, who reads its data anyway. */
  boundary: 'users' | 'none'
  /** What put up the walls. */
  tools: WallTools['kind'] | 'gate-worker'
  /** What to do for more, in a sentence; null when there is nothing. */
  advice: string | null
  /** Of this machine. */
  walls: Walls
  /** The socket of a gate worker that runs flows instead of this machine; left out, this one does. */
  worker?: string
  /** Whether processes there reach each other's sockets, so that flows take turns; left out, they do not. */
  areInTurns?: boolean
}

/** As they are told. */
export function wallsOf({
  isolation,
  boundary,
}: Isolation): Pick<Isolation, 'isolation' | 'boundary'> {
  return { isolation, boundary }
}

export type IsolationOptions = {
  /** Where the server keeps its data; a probe tries to read it. Left out, a folder for temporary files. */
  dataFolder?: string
  /** `local`: on the command line, by the very user who has the data. */
  requester: 'server' | 'local'
  /** Of `findTools`, best first. */
  tools?: WallTools[]
}

/**
 * The strongest walls that this machine puts up, found by trying to get through them.
 * @throws UserFacingError isolation-failed when not even Node's own walls hold
 */
export async function findIsolation(options: IsolationOptions): Promise<Isolation> {
  const { dataFolder = tmpdir(), tools = findTools(), requester } = options
  return withCanary(dataFolder, async (canary) => {
    const other = await tryOtherUser(canary)
    const boundary = requester === 'local' ? 'none' : await boundaryOf(other, dataFolder)
    const user = other?.user ?? null
    for (const kind of tools) {
      const walls = { ...allWalls, tools: kind, user }
      const held = await holds(walls, canary)
      if (held === null) continue
      const advice = adviceFor(held, boundary, requester)
      return { isolation: held, boundary, tools: kind.kind, advice, walls }
    }
    throw new UserFacingError(
      'isolation-failed',
      'No flow can be run isolated here: a process behind the walls of Node does not start, or gets through them. Use Node 24 or newer for Linux, and let the server write to its folder for temporary files.',
    )
  })
}

export const allWalls: Omit<Walls, 'tools' | 'user'> = {
  network: true,
  files: true,
  processes: true,
  permission: true,
  sqlite: true,
  environment: {},
  stdio: 'ignore',
}

/** Null: it cannot be used. The walls of the system are tried without those of Node, then all together. */
async function holds(walls: Walls, canary: string): Promise<'os' | 'process' | null> {
  const all = await probe(walls, canary)
  if (all === null || all.spawn || all.write || all.sqlite || all.canary) return null
  if (walls.tools.kind === 'none') return 'process'
  const bare = await probe({ ...walls, permission: false }, canary)
  return bare !== null && isShut(bare) ? 'os' : null
}

/** Whether the system's walls hold, those of Node taken away. @param folder where a file is put that must not be read */
export function keepsApart(walls: Walls, folder: string): Promise<boolean> {
  return withCanary(folder, async (canary) => (await holds(walls, canary)) === 'os')
}

function isShut({ tcp, udp, unix, abstract, canary, signal }: NonNullable<Probed>): boolean {
  return ![tcp, udp, unix, abstract, canary, signal].includes(true)
}

type OtherUser = { user: number; readsData: boolean }

/** As root, another user tries to read the data without any other wall; null when there is none to be. */
async function tryOtherUser(canary: string): Promise<OtherUser | null> {
  if (!isRoot()) return null
  const user = freshUser()
  const tools = { kind: 'none' } as const
  const bare = { ...allWalls, tools, permission: false, sqlite: false, user }
  try {
    const tried = await probe(bare, canary)
    return tried && { user, readsData: tried.canary }
  } catch (error) {
    if (isNoUser(error)) return null
    throw error
  }
}

/** In a container with few users, or where root may not become another one. */
export function isNoUser(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EINVAL' || code === 'EPERM'
}

/**
 * Two OS users, or one. Where no other one can try, ours must be one that nobody logs in as, with its data for
 * itself.
 */
async function boundaryOf(other: OtherUser | null, dataFolder: string): Promise<'users' | 'none'> {
  if (other !== null) return other.readsData ? 'none' : 'users'
  return (await isServiceAccount(dataFolder)) ? 'users' : 'none'
}

async function isServiceAccount(dataFolder: string): Promise<boolean> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = accounts.split('\n').map((line) => line.split(':'))
  const own = fields.find(([, , uid]) => uid === String(process.getuid?.()))
  const hasNoLogin = /\/(?:nologin|false)$/u.test(own?.[6] ?? '')
  const { mode } = await stat(dataFolder)
  return hasNoLogin && (mode & 0o077) === 0
}

/** What a machine needs that is to put up walls itself. */
export const adviceOnTools =
  'Install bubblewrap (Debian and Ubuntu: apt-get install bubblewrap) and let users make namespaces, so that a flow has no network and no files.'

export function adviceFor(
  isolation: 'os' | 'process',
  boundary: 'users' | 'none',
  requester: IsolationOptions['requester'],
): string | null {
  const sentences = [
    ...(isolation === 'process' ? [adviceOnTools] : []),
    ...(boundary === 'none' && requester === 'local'
      ? ['Have a server run it whose data the author of the flow cannot read.']
      : []),
    ...(boundary === 'none' && requester === 'server'
      ? [
          'Run the server as root, or as a user of its own that nobody logs in as (shell nologin), with a data folder that is its own (chmod 700).',
        ]
      : []),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}
