import { readdirSync } from 'node:fs'
import { type ProcessUsage, statOf, usageOf } from '../../document/process-usage.ts'

/**
 * A process and all below it; where there is no /proc, the process alone. Null: it cannot be told now, as where too many
 * files are open.
 */
export function treeOf(pid: number): number[] | null {
  if (process.platform !== 'linux') return [pid]
  const numbers = numbersInProc()
  if (numbers === null) return null
  const parents = numbers.map((one) => [one, parentOf(one)] as const)
  const tree = [pid]
  for (const parent of tree) {
    tree.push(...parents.filter(([, above]) => above === parent).map(([one]) => one))
  }
  return tree
}

function numbersInProc(): number[] | null {
  try {
    const names = readdirSync('/proc')
    return names.filter((name) => /^\d+$/u.test(name)).map(Number)
  } catch {
    return null
  }
}

/** The fourth field in proc_pid_stat(5); the second, a name, may hold blanks. */
function parentOf(pid: number): number {
  const stat = statOf(pid)
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
