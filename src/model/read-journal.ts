import { closeSync, openSync } from 'node:fs'
import { UserFacingError } from '../lib/errors.ts'
import { journalStart, readJournal, readLine } from './journal-lines.ts'
import type { StoredAnswer } from './model-host.ts'

/** A journal as it was when it was opened; another process may go on writing it. */
export type ReadJournal = {
  get(key: string): StoredAnswer | undefined
  keys(): Iterable<string>
  /** Lines that are not what was written. */
  readonly damaged: number
} & Disposable

/**
 * Opens a file of answers to read it: takes no lock and changes nothing. Null when there is none.
 * @throws UserFacingError not-a-journal, journal-unreadable
 */
export function openJournalToRead(file: string): ReadJournal | null {
  const descriptor = openIfThere(file)
  if (descriptor === null) return null
  try {
    if (journalStart(descriptor) === 'other') throw notAJournal(file)
    const { places, damaged } = readJournal(descriptor)
    return {
      damaged,
      keys: () => places.keys(),
      get(key) {
        const place = places.get(key)
        return place && readLine(descriptor, place)
      },
      [Symbol.dispose]: () => closeSync(descriptor),
    }
  } catch (error) {
    closeSync(descriptor)
    throw error instanceof UserFacingError ? error : unreadable(file, error)
  }
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw unreadable(file, error)
  }
}

export function notAJournal(file: string): UserFacingError {
  const sentence = `${file} is not a journal of answers. Choose another file (--cache).`
  return new UserFacingError('not-a-journal', sentence)
}

function unreadable(file: string, cause: unknown): UserFacingError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const sentence = `Answers in ${file} cannot be read: ${why}. Check its rights, or choose another file (--cache).`
  return new UserFacingError('journal-unreadable', sentence, { cause })
}
