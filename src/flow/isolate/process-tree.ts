import { readdir, readFile } from 'node:fs/promises'
import { type ProcessUsage, usageOf } from '../../document/process-usage.ts'

/** A process and all below it; where there is no /proc, the process alone. */
export async function treeOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return [pid]
  const names = await readdir('/proc')
  const numbers = names.filter((name) => /^\d+$/u.test(name)).map(Number)
  const parents = await Promise.all(numbers.map(async (one) => [one, await parentOf(one)] as const))
  const tree = [pid]
  for (const parent of tree) {
    tree.push(...parents.filter(([, above]) => above === parent).map(([one]) => one))
  }
  return tree
}

/** The fourth field in proc_pid_stat(5); the second, a name, may hold blanks. */
async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

/** Of all of them together. */
export async function usageOfAll(pids: number[]): Promise<ProcessUsage> {
  const usages = await Promise.all(pids.map((pid) => usageOf({ pid })))
  return {
    memory: usages.reduce((sum, { memory }) => sum + memory, 0),
    cpu: usages.reduce((sum, { cpu }) => sum + cpu, 0),
  }
}
