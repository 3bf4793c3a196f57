import { type ChildProcess, execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

export type ProcessUsage = {
  /** Resident, in bytes; 0 when the process has just ended. */
  memory: number
  /** Processor time since it started, in milliseconds. */
  cpu: number
}

const run = promisify(execFile)
/** Of Linux on all machines that Node 24 has binaries for but some arm64 ones, which have larger ones. */
const pageSize = 4096
/** The kernel counts in hundredths of a second wherever it tells programs. */
const tick = 10

export async function usageOf({ pid }: Pick<ChildProcess, 'pid'>): Promise<ProcessUsage> {
  if (process.platform === 'linux') {
    return fromStat(pid === undefined ? '' : statOf(pid))
  }
  const columns = ['-o', 'rss=,time=', '-p', String(pid)]
  const { stdout } = await run('ps', columns).catch(() => ({ stdout: '' }))
  return fromPs(stdout)
}

/**
 * What the kernel tells of a process; empty when it has just ended. At once: no disk is waited for, and what a
 * thread is told and tells takes eight times as long, which counts where all processes are looked at many times.
 */
export function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** Fields by their numbers in proc_pid_stat(5); the second, a name, may hold blanks. */
export function fromStat(stat: string): ProcessUsage {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3] ?? 0)
  return { memory: field(24) * pageSize, cpu: (field(14) + field(15)) * tick }
}

/** `  12345  1-02:03:04.56`: kilobytes, then days, hours, minutes and seconds. */
export function fromPs(line: string): ProcessUsage {
  const [memory = '0', time = '0'] = line.trim().split(/\s+/u)
  const [clock = '', days = '0'] = time.split('-').toReversed()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return { memory: Number(memory) * 1024, cpu: (Number(days) * 86_400 + seconds) * 1000 }
}
