/** Where the tools are that put up walls of the operating system. */
export type WallTools =
  | { kind: 'bubblewrap'; bwrap: string }
  /** util-linux and coreutils. `asRoot`: namespaces are made by root, where users may make none. */
  | { kind: 'namespaces'; unshare: string; setpriv: string; asRoot: boolean }
  | { kind: 'none' }

/** What of the system stands between a process and the world. */
export type SystemWalls = {
  tools: WallTools
  /** No network but one of its own, without an interface; abstract sockets are in it, too. */
  network: boolean
  /** A file system of its own with what it is shown, read-only but for what it may write. */
  files: boolean
  /** It sees no process but its own. */
  processes: boolean
  /** Another user, by number; null: ours. */
  user: number | null
}

/** A file or folder of the machine that a process sees in a file system of its own. */
export type Shown = {
  from: string
  to: string
  /** `device`: as it is; `writable` is for folders. Default: to be read. */
  as?: 'writable' | 'device'
}

/** What a process runs in where it has a file system of its own, and what it is without one. */
export type Room = {
  /** An empty folder where the file system is put together. */
  root: string
  /** What is not there is left out. */
  shown: Shown[]
  /** The command, with paths of the room. */
  inside: string[]
  /** The same, with paths of the machine. */
  outside: string[]
}

export type EnclosedCommand = { command: string; args: string[]; uid?: number; gid?: number }

/** What most programs of a machine are linked with. */
export const libraries: Shown[] = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/nix/store'].map(
  (folder) => ({ from: folder, to: folder }),
)

/** The command that starts a process in its room. */
export function enclose(walls: SystemWalls, room: Room): EnclosedCommand {
  const { user, tools } = walls
  const [command = '', ...args] = wrapped(walls, room)
  const isUserSetByTools = tools.kind === 'namespaces' && tools.asRoot
  if (user === null || isUserSetByTools) return { command, args }
  return { command, args, uid: user, gid: user }
}

function wrapped(walls: SystemWalls, room: Room): string[] {
  switch (walls.tools.kind) {
    case 'bubblewrap':
      return [walls.tools.bwrap, ...bubblewrapArgs(walls, room)]
    case 'namespaces':
      return namespacesCommand(walls, room, walls.tools)
    case 'none':
      return room.outside
  }
}

const bindOf = { writable: '--bind-try', device: '--dev-bind-try' }

function bubblewrapArgs(walls: SystemWalls, { shown, inside, outside }: Room): string[] {
  const own = shown.flatMap(({ from, to, as }) => [as ? bindOf[as] : '--ro-bind-try', from, to])
  const args = ['--unshare-user', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
  args.push('--die-with-parent', '--new-session', '--cap-drop', 'ALL')
  if (walls.network) args.push('--unshare-net')
  if (walls.processes) args.push('--unshare-pid')
  if (!walls.files) return [...args, '--dev-bind', '/', '/', ...outside]
  return [...args, ...own, '--chdir', '/', ...inside]
}

/** Puts a file system together in $1 and goes on in it, without any privilege. */
const buildRoot = `set -e
searched=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1
shift
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
while [ "$1" != -- ]; do
  as=$1 from=$2 to=$root$3
  shift 3
  if [ -d "$from" ]; then
    mkdir -p "$to"
    mount --bind "$from" "$to"
    case $as in
      writable) mount -o remount,bind,nosuid,nodev "$to" ;;
      *) mount -o remount,bind,ro,nosuid,nodev "$to" ;;
    esac
  elif [ -e "$from" ]; then
    mkdir -p "\${to%/*}"
    touch "$to"
    mount --bind "$from" "$to"
    case $as in
      read) mount -o remount,bind,ro,nosuid,nodev "$to" ;;
    esac
  fi
done
shift
mount -o remount,bind,ro "$root"
cd "$root"
chroot=$(command -v chroot)
PATH=$searched
exec "$chroot" "$root" "$@"`

function namespacesCommand(
  { user, network, files, processes }: SystemWalls,
  { root, shown, inside, outside }: Room,
  { unshare, setpriv, asRoot }: WallTools & { kind: 'namespaces' },
): string[] {
  const drop = ['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs']
  if (asRoot && user !== null) drop.push(`--reuid=${user}`, `--regid=${user}`, '--clear-groups')
  const start = [setpriv, '--pdeathsig', 'KILL', unshare, '--mount', '--ipc', '--uts']
  if (!asRoot) start.push('--user', '--map-root-user')
  if (network) start.push('--net')
  if (processes) start.push('--pid', '--fork', '--kill-child')
  if (!files) return [...start, '--', setpriv, ...drop, ...outside]
  const all = [...shown, { from: setpriv, to: '/setpriv' }]
  const binds = all.flatMap(({ from, to, as = 'read' }) => [as, from, to])
  const build = ['/bin/sh', '-c', buildRoot, 'sh', root, ...binds, '--']
  return [...start, '--', ...build, '/setpriv', ...drop, ...inside]
}
