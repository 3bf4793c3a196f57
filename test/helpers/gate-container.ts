import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeEnv } from './node-env.ts'
import { tempFolder } from './temp-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/u, '')
const main = path.join(root, 'src/cli/main.ts')

/** What a container of `docker run --network none` has, by the same parts of the kernel: $1 is where. */
const build = `set -e
root=$1 node=$2 package=$3 shared=$4 seen=$5
shift 5
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/proc" "$root/dev" "$root/run/gate" "$root$package" "$root\${node%/*}"
mkdir -p "$root/tmp"
chmod 1777 "$root/tmp"
mount -t proc proc "$root/proc"
for file in null zero random urandom; do
  touch "$root/dev/$file"
  mount --bind "/dev/$file" "$root/dev/$file"
done
for folder in /lib /lib64 /usr/lib; do
  if [ -d "$folder" ]; then mkdir -p "$root$folder"; mount --bind -o ro "$folder" "$root$folder"; fi
done
mount --bind -o ro "$package" "$root$package"
if [ ! -e "$root$node" ]; then touch "$root$node"; mount --bind "$node" "$root$node"; fi
mount --bind "$shared" "$root/run/gate"
if [ -n "$seen" ]; then mkdir -p "$root$seen"; mount --bind "$seen" "$root$seen"; fi
exec chroot "$root" "$@"`

type Options = {
  /** Of the machine; the socket is made in it. */
  shared: string
  /** Default: it has none. */
  hasNetwork?: boolean
  /** A folder that it has besides. */
  seen?: string
  env?: Record<string, string>
}

/** A gate worker in a container with node, the package and the folder of its socket. */
export async function gateContainer(options: Options) {
  const { shared, hasNetwork = false, seen = '', env = {} } = options
  const folder = await tempFolder()
  await chmod(folder.folder, 0o755)
  const namespaces = ['--mount', '--ipc', '--uts', '--pid', '--fork', '--kill-child']
  const own = [folder.folder, process.execPath, root, shared, seen]
  const start = ['start', '--role', 'gate', '--gate-socket', '/run/gate/gate.sock']
  const node = [process.execPath, '--conditions=proofloop-source', main, ...start]
  const child = spawn(
    'unshare',
    [
      ...namespaces,
      ...(hasNetwork ? [] : ['--net']),
      '/bin/sh',
      '-c',
      build,
      'sh',
      ...own,
      ...node,
    ],
    { env: { ...nodeEnv, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (written.stdout += String(data)))
  child.stderr.on('data', (data) => (written.stderr += String(data)))
  const exited = once(child, 'exit')
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', () => {
      if (written.stdout.includes('Ctrl-C ends it.')) resolve()
    })
  })
  await Promise.race([ready, exited])
  return {
    socket: path.join(shared, 'gate.sock'),
    written,
    /** Null while it runs. */
    exitCode: child.exitCode,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await exited
      }
      await folder[Symbol.asyncDispose]()
    },
  }
}
