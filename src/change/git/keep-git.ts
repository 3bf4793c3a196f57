import { on } from 'node:events'
import { orAborted } from '../../lib/or-aborted.ts'
import { timeLimit } from '../../lib/time-limit.ts'
import { failure, type GitCommand, notStarted } from './run-git.ts'
import { type GitProcess, startGit } from './start-git.ts'

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
  const git = startGit(args, { folder, environment })
  let stderr = ''
  git.events.on('complained', (data) => (stderr = (stderr + data.toString('utf8')).slice(-4000)))
  const { promise: ended, resolve } = Promise.withResolvers<Error>()
  git.events.on('ended', (code, error) => {
    const cause = new Error(stderr)
    const over = failure(`git ${args[0]} has ended (exit code ${code}).`, { cause })
    resolve(error === null ? over : notStarted(error))
  })
  return {
    say: git.say,
    ...readingOf(git, ended),
    hasEnded: git.hasEnded,
    async end() {
      git.hangUp()
      git.end()
      await ended
    },
  }
}

function readingOf({ events }: GitProcess, ended: Promise<Error>): Pick<Talking, 'line' | 'bytes'> {
  const chunks = on(events, 'printed', { close: ['ended'] })
  let kept: Buffer = Buffer.alloc(0)
  const more = async (): Promise<Buffer> => {
    const { done = false, value } = await chunks.next()
    if (done || value === undefined) throw await ended
    return value[0] as Buffer
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
