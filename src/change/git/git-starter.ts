import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { codeOf } from '../../lib/write-whole-file.ts'
import type { Fault, FromStarter, ToStarter } from './starter-protocol.ts'

/** The program that starts git for `startGit`. It does nothing else, so that it stays small. */
const running = new Map<number, ChildProcessWithoutNullStreams>()

process.on('message', (message: ToStarter) => {
  const child = running.get(message.id)
  if (message.kind === 'start') start(message)
  else if (message.kind === 'say') child?.stdin.write(message.data)
  else if (message.kind === 'hang-up') child?.stdin.end()
  else if (child !== undefined) signalAll(child, message.signal)
})

// What a terminal says to all its processes is for our parent, which still needs git to end well.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  for (const child of running.values()) signalAll(child, 'SIGTERM')
  process.exit()
})

function start({ id, args, folder, environment }: ToStarter & { kind: 'start' }): void {
  try {
    const child = spawn('git', args, { cwd: folder, env: { ...environment }, detached: true })
    running.set(id, child)
    child.stdout.on('data', (data: Buffer) => tell({ kind: 'printed', id, data }))
    child.stderr.on('data', (data: Buffer) => tell({ kind: 'complained', id, data }))
    // It may end before it has read everything; its exit code tells.
    child.stdin.on('error', () => {})
    child.on('error', (error) => end(id, null, faultOf(error)))
    child.on('close', (code) => end(id, code))
  } catch (error) {
    // An argument that no program can be given.
    end(id, null, faultOf(error))
  }
}

function end(id: number, code: number | null, fault: Fault | null = null): void {
  running.delete(id)
  tell({ kind: 'ended', id, code, fault })
}

function faultOf(error: unknown): Fault {
  return { code: codeOf(error), message: error instanceof Error ? error.message : String(error) }
}

function tell(message: FromStarter): void {
  // Without a parent nobody waits for it.
  process.send?.(message, () => {})
}

/** With all that it started: each is the first of a group of its own. */
function signalAll(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // It has just ended.
    if (codeOf(error) !== 'ESRCH') throw error
  }
}
