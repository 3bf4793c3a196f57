import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type Usage = { wallMs: number; cpuMs: number; rssMb: number }

/** At the end of the program, and not at that of its worker threads, which are counted with it. */
const report = `import{isMainThread}from'node:worker_threads';if(isMainThread)process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('USAGE '+(u.userCPUTime+u.systemCPUTime)/1000+' '+u.maxRSS/1024)})`

/**
 * Runs Node and lets it say, as it ends, what it used: CPU milliseconds and peak megabytes of its
 * process, and the milliseconds from start to end.
 */
export async function processUsage(
  args: string[],
  { env, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Usage> {
  const start = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd, env: { ...process.env, ...env } },
  )
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [exitCode] = await once(child, 'close')
  const wallMs = performance.now() - start
  const [, cpuMs, rssMb] = /USAGE (\S+) (\S+)/.exec(text) ?? []
  if (cpuMs === undefined || exitCode !== 0) {
    throw new Error(`node ${args.join(' ')} did not end well: ${text}`)
  }
  return { wallMs, cpuMs: Number(cpuMs), rssMb: Number(rssMb) }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** CPU seconds of this process, all its threads. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
