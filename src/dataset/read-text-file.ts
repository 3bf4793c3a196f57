import { readFile, stat } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { lineError } from './line-error.ts'

const maxBytes = 256 * 1024 * 1024

/** The text of a UTF-8 file without its byte-order mark; `name` is what messages call it. */
export async function readTextFile(file: string, name: string): Promise<string> {
  await refuseUnreadable(file, name)
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserFacingError('file-unreadable', `${name} cannot be read: ${reasonOf(cause)}.`, {
      cause,
    })
  })
  refuseBinary(bytes, name)
  return decode(bytes, name)
}

export async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (status) => status.isFile(),
    () => false,
  )
}

async function refuseUnreadable(file: string, name: string): Promise<void> {
  const status = await stat(file).catch((cause: unknown) => {
    throw new UserFacingError('file-not-found', `${name} does not exist or cannot be reached.`, {
      cause,
    })
  })
  if (!status.isFile()) {
    throw new UserFacingError('not-a-file', `${name} is not a regular file.`)
  }
  if (status.size === 0) throw new UserFacingError('file-empty', `${name} is empty.`)
  if (status.size > maxBytes) {
    const size = Math.round(status.size / 2 ** 20)
    throw new UserFacingError('file-too-large', `${name} has ${size} MB; at most 256 MB are read.`)
  }
}

function refuseBinary(bytes: Buffer, name: string): void {
  const hasUtf16Mark =
    bytes[0] === 0xff ? bytes[1] === 0xfe : bytes[0] === 0xfe && bytes[1] === 0xff
  if (hasUtf16Mark) {
    throw new UserFacingError('not-utf8', `${name} is UTF-16; save it as UTF-8.`)
  }
  if (bytes.includes(0)) {
    throw new UserFacingError('not-text', `${name} is a binary file; text (UTF-8) is needed.`)
  }
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw lineError('not-utf8', { file: name, line: firstBadLine(bytes) }, 'is not valid UTF-8.')
  }
}

/** A line feed is never a part of another character in UTF-8, so lines can be judged one by one. */
function firstBadLine(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const bad = lines.findIndex((line) => {
    try {
      decoder.decode(Buffer.from(line, 'latin1'))
      return false
    } catch {
      return true
    }
  })
  return bad + 1
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
