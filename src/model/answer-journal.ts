import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { syncFolder } from '../lib/sync-folder.ts'
import { lockFile } from './file-lock.ts'
import {
  journalHeader,
  journalStart,
  readJournal,
  readLine,
  toJournalLine,
} from './journal-lines.ts'
import type { AnswerCache, StoredAnswer } from './model-host.ts'
import { notAJournal } from './read-journal.ts'

export type AnswerJournal = Omit<AnswerCache, 'get'> & {
  get(key: string): StoredAnswer | undefined
  /** Lines that are not what was written; their answers are asked for again. */
  readonly damaged: number
}

/**
 * Opens, or makes, a file of answers: JSON Lines, only ever appended to. Many answers that come at once
 * share one fsync. A line that its process did not finish is cut off, so that nothing is glued to it.
 * @throws UserFacingError file-locked, not-a-journal, journal-unwritable
 */
export async function openAnswerJournal(file: string): Promise<AnswerJournal> {
  const unlock = await lockFile(file).catch((error: unknown) => {
    throw error instanceof UserFacingError ? error : unwritable(file, error)
  })
  try {
    await prepare(file)
    const handle = await open(file, 'r+')
    try {
      const content = readJournal(handle.fd)
      await handle.truncate(content.whole)
      await handle.sync()
      return journalOn({ file, handle, unlock, content })
    } catch (error) {
      await handle.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error instanceof UserFacingError ? error : unwritable(file, error)
  }
}

type Opened = {
  file: string
  handle: FileHandle
  unlock: () => void
  content: ReturnType<typeof readJournal>
}

function journalOn({ file, handle, unlock, content }: Opened): AnswerJournal {
  const { places, damaged } = content
  const fresh = new Map<string, StoredAnswer>()
  const append = createAppender(file, handle, content.whole)
  let closing: Promise<void> | null = null

  async function close(): Promise<void> {
    // Whoever put an answer that could not be written was told so.
    await append('').catch(() => undefined)
    await handle.close()
    unlock()
  }
  return {
    damaged,
    get(key) {
      const place = places.get(key)
      return fresh.get(key) ?? (place && readLine(handle.fd, place))
    },
    async put(key, answer) {
      await append(toJournalLine(key, answer))
      fresh.set(key, answer)
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Writes and syncs what has come since the last time in one go. */
function createAppender(
  file: string,
  handle: FileHandle,
  end: number,
): (line: string) => Promise<void> {
  let durable = end
  let lines: string[] = []
  let next: Promise<void> | null = null
  let current: Promise<void> = Promise.resolve()

  async function flush(): Promise<void> {
    const bytes = Buffer.from(lines.join(''), 'utf8')
    lines = []
    next = null
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.length - done,
          durable + done,
        )
        done += bytesWritten
      }
      await handle.datasync()
      durable += bytes.length
    } catch (error) {
      // The next line is written over what got through, so that nothing is glued to half a line.
      throw unwritable(file, error)
    }
  }
  return (line) => {
    lines.push(line)
    if (next === null) {
      next = current.catch(() => undefined).then(flush)
      current = next
    }
    return next
  }
}

/** Makes the file when it is missing, and refuses to touch one that is something else. */
async function prepare(file: string): Promise<void> {
  const isNew = !existsSync(file)
  const descriptor = openSync(file, isNew ? 'wx+' : 'r+')
  try {
    const start = journalStart(descriptor)
    if (start === 'whole') return
    if (start === 'other') throw notAJournal(file)
    writeSync(descriptor, journalHeader, 0)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  await syncFolder(path.dirname(file))
}

function unwritable(file: string, error: unknown): UserFacingError {
  const why = error instanceof Error ? error.message : String(error)
  const sentence = `Answers cannot be kept in ${file}: ${why}. Check its folder, its rights and the disk, or choose another file (--cache).`
  return new UserFacingError('journal-unwritable', sentence, { cause: error })
}
