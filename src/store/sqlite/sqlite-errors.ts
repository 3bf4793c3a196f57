import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { SqliteError } from './worker-link.ts'

const busy = 5
const locked = 6
const readOnly = 8
const inputOutput = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

/** Less than SQLite's smallest growth of its files. */
const almostNothing = 2 ** 20

/** Says of what SQLite reports how to mend it; what a user cannot mend comes back as it is. */
export async function translateSqliteError(error: unknown, file: string): Promise<Error> {
  const cause = error instanceof Error ? error : new Error(String(error))
  if (!(cause instanceof SqliteError) || cause.errcode === null) return cause
  switch (cause.errcode & 0xff) {
    case full:
      return storeFull(file, cause)
    case inputOutput:
      return (await isFull(file)) ? storeFull(file, cause) : unavailable(file, cause)
    case busy:
    case locked:
      return new UserFacingError(
        'store-unavailable',
        `Another process has been writing to ${file} for seconds. Try again, or end it.`,
        { cause },
      )
    case readOnly:
    case cannotOpen:
      return unavailable(file, cause)
    case corrupt:
    case notADatabase:
      return new UserFacingError(
        'store-damaged',
        `${file} is damaged (${cause.message}). Restore a backup; do not delete the file.`,
        { cause },
      )
    default:
      return cause
  }
}

function storeFull(file: string, cause: Error): UserFacingError {
  return new UserFacingError(
    'store-full',
    `There is no space left for ${file}. Free some and try again; nothing that was saved is lost.`,
    { cause },
  )
}

function unavailable(file: string, cause: Error): UserFacingError {
  return new UserFacingError(
    'store-unavailable',
    `${file} cannot be read or written (${cause.message}). Check its folder, its rights and the disk.`,
    { cause },
  )
}

/** Some file systems report a full disk as a failed write. */
async function isFull(file: string): Promise<boolean> {
  const space = await statfs(path.dirname(file)).catch(() => undefined)
  return space !== undefined && space.bavail * space.bsize < almostNothing
}
