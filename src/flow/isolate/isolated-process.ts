import { type ChildProcess, spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import type { z } from 'zod'
import type { ProcessUsage } from '../../document/process-usage.ts'
import { createMessageChannel } from './message-channel.ts'
import { treeOf, usageOfAll } from './process-tree.ts'
import type { Command } from './walls.ts'

/** `not-started`: this machine could not start it, which is no fault of the flow. */
export type ProcessFault = 'too-large' | 'invalid' | 'ended' | 'not-started'

export type IsolatedProcess = {
  /** @returns bytes of the message */
  send(message: unknown): number
  kill(): void
  /** Of all its processes. @param isUp whether nothing is started below it any more */
  usage(isUp: boolean): Promise<ProcessUsage>
}

export type ProcessHandlers<T> = {
  schema: z.ZodType<T>
  maxBytes: number
  valueBytes?: number
  maxUnread?: number
  onMessage: (message: T, bytes: number) => void
  /** Once, when nothing more comes. */
  onEnd: (fault: ProcessFault) => void
}

/** Starts one process of a flow, here or elsewhere. */
export type StartProcess = <T>(handlers: ProcessHandlers<T>) => IsolatedProcess

/** Starts a process with a pipe for messages as its file 3. */
export function startProcess<T>(
  command: Command,
  { onEnd, ...channelled }: ProcessHandlers<T>,
): IsolatedProcess & { pid: number | undefined } {
  const { pipe, end, ...own } = spawnWithPipe(command, onEnd)
  // It did not start; its end follows.
  if (pipe === null) return { send: () => 0, ...own }
  const channel = createMessageChannel(pipe, { ...channelled, onFault: end })
  return { send: channel.send, ...own }
}

/** The same, whatever goes over the pipe. @param onEnd once, when nothing more comes */
export function spawnWithPipe(
  { command, args, ...options }: Command,
  onEnd: (fault: ProcessFault) => void,
) {
  holdDebugger()
  const child = spawn(command, args, { ...options, detached: true })
  let isOver = false
  const end = (fault: ProcessFault): void => {
    if (isOver) return
    isOver = true
    kill()
    onEnd(fault)
  }
  const kill = (): void => killGroup(child)
  child.on('error', () => end('not-started'))
  child.on('exit', () => end('ended'))
  const pipe = pipeOf(child)
  pipe?.on('error', () => end('ended'))
  pipe?.on('close', () => end('ended'))
  return { pipe, kill, end, pid: child.pid, usage: usageOf(child) }
}

/** Node opens its debugger to whoever sends this signal, as a flow of the same user can, and then does what it is told. */
function holdDebugger(): void {
  if (!process.listeners('SIGUSR1').includes(ignore)) process.on('SIGUSR1', ignore)
}

function ignore(): void {}

function usageOf({ pid }: ChildProcess): IsolatedProcess['usage'] {
  let tree = { pids: pid === undefined ? [] : [pid], isWhole: false }
  return async (isUp) => {
    if (pid === undefined) return { memory: 0, cpu: 0 }
    const found = tree.isWhole ? null : treeOf(pid)
    if (found !== null) tree = { isWhole: isUp, pids: found }
    return usageOfAll(tree.pids)
  }
}

function pipeOf(child: ChildProcess): Duplex | null {
  const [, , , pipe] = child.stdio
  return pipe instanceof Duplex ? pipe : null
}

/** With the tools that started it; those take along what is in their namespaces. */
export function killGroup(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It has just ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
