import { readdir, readFile } from 'node:fs/promises'

/** Milliseconds of a tick of the kernel's clock, in which it counts. */
const tick = 10

/** CPU milliseconds that a process and its child processes have used so far; Linux only. */
export async function processTreeCpu(pid: number): Promise<number> {
  // The name of a program is in brackets and may hold anything.
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? []
  const own = stat.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tick
  const children = await Promise.all((await childrenOf(pid)).map(processTreeCpu))
  return children.reduce((sum, cpuMs) => sum + cpuMs, own)
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')),
  )
  return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number))
}
