import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Usage } from './process-usage.ts'

const program = `import json, resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "exitCode": code,
    "wallMs": (time.monotonic() - start) * 1000,
    "cpuMs": (used.ru_utime + used.ru_stime) * 1000,
    "rssMb": used.ru_maxrss / 1024,
}))`

/**
 * Runs Node and counts its child processes in, which Node itself cannot: needs Python 3. The megabytes
 * are those of its largest process.
 */
export async function processTreeUsage(
  args: string[],
  { env, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Usage> {
  const child = spawn('python3', ['-c', program, process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd,
    env: { ...process.env, ...env },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  const { exitCode, ...usage } = JSON.parse(text)
  if (exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${exitCode}.`)
  return usage
}
