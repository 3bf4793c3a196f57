import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { orAborted } from '../../lib/or-aborted.ts'
import { timeLimit } from '../../lib/time-limit.ts'
import { endAll, failure, type GitCommand, notStarted } from './run-git.ts'

/** With one that answers line by line. */
type Talking = {
  say: (text: string) => void
  /** The next one that it prints, without its end. */
  line: () => Promise<string>
  bytes: (count: number) => Promise<Buffer>
}

/**
 * A git process that stays and answers one question after the other: a large process takes long to start another
 * one, longer than git takes to answer. It begins with the first question, and again when it has ended.
 */
export type KeptGit = AsyncDisposable & {
  /** @throws UserFacingError git-missing, git-failed; the signal's reason. Then it is ended, and may be asked again. */
  ask<T>(talk: (git: Talking) => Promise<T>): Promise<T>
}

type Kept = Required<Pick<GitCommand, 'args' | 'environment' | 'folder'>> & {
  signal: AbortSignal | undefined
  /** Milliseconds for each question; default two minutes. */
  time?: number
}

export function keepGit(kept: Kept): KeptGit {
  let running: Running | null = null
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  const answer = async <T>(talk: (git: Talking) => Promise<T>): Promise<T> => {
    if (isClosed) throw new Error('The repository was closed.')
    kept.signal?.throwIfAborted()
    if (running === null || running.hasEnded()) running = start(kept)
    try {
      return await withinTime(kept, talk(running))
    } catch (error) {
      // What it still has to say would be taken for the next answer.
      await running.end()
      throw error
    }
  }
  return {
    ask(talk) {
      const turn = last.then(() => answer(talk))
      last = turn.catch(() => {})
      return turn
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await last
      await running?.end()
    },
  }
}

async function withinTime<T>({ args, signal, time = 120_000 }: Kept, work: Promise<T>): Promise<T> {
  const late = (): Error =>
    failure(`git ${args[0]} was ended, since it took more than ${Math.round(time / 1000)} seconds.`)
  using limit = timeLimit(time, late)
  const over = AbortSignal.any([limit.signal, ...(signal ? [signal] : [])])
  return await orAborted(work, over)
}

type Running = Talking & { hasEnded: () => boolean; end: () => Promise<void> }

function start({ args, environment, folder }: Kept): Running {
  const child = spawn('git', args, { cwd: folder, env: environment, detached: true })
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (data: string) => (stderr = (stderr + data).slice(-4000)))
  // It may end before it has read everything; what it answers tells.
  child.stdin.on('error', () => {})
  const { promise: ended, resolve } = Promise.withResolvers<Error>()
  child.on('error', (error) => resolve(notStarted(error)))
  child.on('close', (code) =>
    resolve(failure(`git ${args[0]} has ended (exit code ${code}).`, { cause: new Error(stderr) })),
  )
  let isOver = false
  void ended.then(() => (isOver = true))
  return {
    say: (text) => void child.stdin.write(text),
    ...readingOf(child, ended),
    hasEnded: () => isOver || child.exitCode !== null || child.signalCode !== null,
    async end() {
      child.stdin.end()
      endAll(child)
      await ended
    },
  }
}

function readingOf(
  { stdout }: ChildProcessWithoutNullStreams,
  ended: Promise<Error>,
): Pick<Talking, 'line' | 'bytes'> {
  const chunks = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>
  let kept: Buffer = Buffer.alloc(0)
  const more = async (): Promise<Buffer> => {
    const { done = false, value } = await chunks.next()
    if (done || value === undefined) throw await ended
    return value
  }
  const bytes = async (count: number): Promise<Buffer> => {
    const parts = [kept]
    let length = kept.length
    while (length < count) {
      const part = await more()
      parts.push(part)
      length += part.length
    }
    const all = parts.length === 1 ? kept : Buffer.concat(parts)
    kept = all.subarray(count)
    return all.subarray(0, count)
  }
  return {
    bytes,
    async line() {
      while (!kept.includes(10)) kept = Buffer.concat([kept, await more()])
      const text = await bytes(kept.indexOf(10) + 1)
      return text.subarray(0, -1).toString('utf8')
    },
  }
}
