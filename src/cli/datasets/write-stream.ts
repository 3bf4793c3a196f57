import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserFacingError } from '../../lib/errors.ts'

/**
 * All of it under its name, or no file.
 * @throws UserFacingError file-not-written
 */
export async function writeStream(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const unfinished = `${file}.unfinished`
  try {
    await pipeline(Readable.from(content), createWriteStream(unfinished, { mode: 0o600 }))
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    const isFile = error instanceof Error && 'syscall' in error
    if (!isFile) throw error
    const message = `${file} cannot be written. Is the folder there, and may you write to it?`
    throw new UserFacingError('file-not-written', message, { cause: error })
  }
}
