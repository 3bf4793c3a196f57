import { type ChildProcess, spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import type { z } from 'zod'
import { createMessageChannel } from './message-channel.ts'
import type { Command } from './walls.ts'

/** `not-started`: this machine could not start it, which is no fault of the flow. */
export type ProcessFault = 'too-large' | 'invalid' | 'ended' | 'not-started'

export type IsolatedProcess = {
  child: ChildProcess
  send(message: unknown): void
  kill(): void
}

/** Starts a process with a pipe for messages as its file 3. */
export function startProcess<T>(
  { command, args, ...options }: Command,
  {
    schema,
    maxBytes,
    onMessage,
    onEnd,
  }: {
    schema: z.ZodType<T>
    maxBytes: number
    onMessage: (message: T, bytes: number) => void
    /** Once, when nothing more comes. */
    onEnd: (fault: ProcessFault) => void
  },
): IsolatedProcess {
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
  if (pipe === null) {
    // It did not start; `error` follows.
    return { child, send: () => {}, kill }
  }
  pipe.on('error', () => end('ended'))
  pipe.on('close', () => end('ended'))
  const channel = createMessageChannel(pipe, { schema, maxBytes, onMessage, onFault: end })
  return { child, send: channel.send, kill }
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
