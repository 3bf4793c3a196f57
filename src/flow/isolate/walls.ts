import type { StdioOptions } from 'node:child_process'

/** Where the tools are that put up walls of the operating system. */
export type WallTools =
  | { kind: 'bubblewrap'; bwrap: string }
  /** util-linux and coreutils. `asRoot`: namespaces are made by root, where users may make none. */
  | { kind: 'namespaces'; unshare: string; setpriv: string; asRoot: boolean }
  | { kind: 'none' }

/** What stands between a flow's process and the world. */
export type Walls = {
  tools: WallTools
  /** No network but one of its own, without an interface; abstract sockets are in it, too. */
  network: boolean
  /** A file system of its own: the flow, node and its libraries, all read-only. */
  files: boolean
  /** It sees no process but its own. */
  processes: boolean
  /** Node's permission model: reads the flow; no writing, no process, no worker, no addon. */
  permission: boolean
  /** `node:sqlite` opens files past the permission model. */
  sqlite: boolean
  /** Another user, by number; null: ours. */
  user: number | null
  environment: Record<string, string>
  /** A number: what it writes goes there, to a file that is open. */
  stdio: 'ignore' | number
}

/** The folders of one flow's process. */
export type Place = {
  /** With the flow's files; read by it. */
  flow: string
  /** An empty folder where a file system can be put together. */
  root: string
  node: string
  /** The module that is run, in `flow`. */
  entry: string
  /** Of the heap, in bytes. */
  memory: number
}

export type Command = {
  command: string
  args: string[]
  uid?: number
  gid?: number
  env: Record<string, string>
  stdio: StdioOptions
}

/** The command that starts a flow's process behind its walls. */
export function commandBehind(walls: Walls, place: Place): Command {
  const { environment: env, stdio, user, tools } = walls
  const shared = { env, stdio: ['ignore', stdio, stdio, 'pipe'] satisfies StdioOptions }
  const [command = '', ...args] = wrapped(walls, place)
  const isUserSetByTools = tools.kind === 'namespaces' && tools.asRoot
  if (user === null || isUserSetByTools) return { command, args, ...shared }
  return { command, args, uid: user, gid: user, ...shared }
}

function wrapped(walls: Walls, place: Place): string[] {
  switch (walls.tools.kind) {
    case 'bubblewrap':
      return [walls.tools.bwrap, ...bubblewrapArgs(walls, place)]
    case 'namespaces':
      return namespacesCommand(walls, { ...walls.tools, place })
    case 'none':
      return [place.node, ...nodeArgs(walls, place, place.flow)]
  }
}

function nodeArgs(walls: Walls, { entry, memory }: Place, flow: string): string[] {
  return [
    ...(walls.permission ? ['--permission', `--allow-fs-read=${flow}`, '--no-addons'] : []),
    ...(walls.sqlite ? ['--no-experimental-sqlite'] : []),
    '--disable-sigusr1',
    `--max-old-space-size=${Math.ceil(memory / 2 ** 20)}`,
    `${flow}/${entry}`,
  ]
}

const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/nix/store']

function bubblewrapArgs(walls: Walls, place: Place): string[] {
  const own = libraries.flatMap((folder) => ['--ro-bind-try', folder, folder])
  own.push('--ro-bind', place.node, '/node', '--ro-bind', place.flow, '/flow', '--chdir', '/flow')
  const args = ['--unshare-user', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
  args.push('--die-with-parent', '--new-session', '--cap-drop', 'ALL')
  if (walls.network) args.push('--unshare-net')
  if (walls.processes) args.push('--unshare-pid')
  args.push(...(walls.files ? own : ['--dev-bind', '/', '/']))
  return [...args, ...insideArgs(walls, place)]
}

function insideArgs(walls: Walls, place: Place): string[] {
  return walls.files
    ? ['/node', ...nodeArgs(walls, place, '/flow')]
    : [place.node, ...nodeArgs(walls, place, place.flow)]
}

/** Puts a file system together in $1 and goes on in it, without any privilege. */
const buildRoot = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 flow=$2 node=$3 setpriv=$4
shift 4
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
show() {
  mount --bind "$1" "$2"
  mount -o remount,bind,ro,nosuid,nodev "$2"
}
for folder in ${libraries.join(' ')}; do
  if [ -d "$folder" ]; then mkdir -p "$root$folder"; show "$folder" "$root$folder"; fi
done
mkdir "$root/flow"
show "$flow" "$root/flow"
touch "$root/node" "$root/setpriv"
mount --bind "$node" "$root/node"
mount --bind "$setpriv" "$root/setpriv"
mount -o remount,bind,ro "$root"
cd "$root"
exec chroot "$root" "$@"`

type Namespaces = { unshare: string; setpriv: string; asRoot: boolean; place: Place }

function namespacesCommand(
  walls: Walls,
  { unshare, setpriv, asRoot, place }: Namespaces,
): string[] {
  const { user } = walls
  const drop = ['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs']
  if (asRoot && user !== null) drop.push(`--reuid=${user}`, `--regid=${user}`, '--clear-groups')
  const start = [setpriv, '--pdeathsig', 'KILL', unshare, '--mount', '--ipc', '--uts']
  if (!asRoot) start.push('--user', '--map-root-user')
  if (walls.network) start.push('--net')
  if (walls.processes) start.push('--pid', '--fork', '--kill-child')
  const inside = [...drop, ...insideArgs(walls, place)]
  if (!walls.files) return [...start, '--', setpriv, ...inside]
  const { root, flow, node } = place
  const build = ['/bin/sh', '-c', buildRoot, 'sh', root, flow, node, setpriv]
  return [...start, '--', ...build, '/setpriv', ...inside]
}
