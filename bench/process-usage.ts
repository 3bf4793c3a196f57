import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs Node and lets it say, as it ends, what it used: CPU milliseconds and peak megabytes. */
export async function processUsage(args: string[]): Promise<{ cpuMs: number; rssMb: number }> {
  const report = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('USAGE '+(u.userCPUTime+u.systemCPUTime)/1000+' '+u.maxRSS/1024)})`
  const child = spawn(process.execPath, ['--import', report, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  const [, cpuMs, rssMb] = /USAGE (\S+) (\S+)/.exec(text) ?? []
  if (cpuMs === undefined) throw new Error(`node ${args.join(' ')} did not end well: ${text}`)
  return { cpuMs: Number(cpuMs), rssMb: Number(rssMb) }
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
