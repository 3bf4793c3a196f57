import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { UserFacingError } from './errors.ts'
import { printable } from './printable.ts'

type Naming = {
  /** What the user calls the file. */
  name: string
  /** Of the error. */
  code: string
  /** Of the file; default: as the system makes files. */
  mode?: number
}

/**
 * Writes to a name of its own and renames, so that a reader never sees half a file; content that ends in an
 * error leaves none.
 * @throws UserFacingError with that code, and what the content throws
 */
export async function writeWholeFile(
  file: string,
  content: string | AsyncIterable<Uint8Array>,
  naming: Naming,
): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, content, { mode: naming.mode })
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    const isFile = cause instanceof Error && 'syscall' in cause
    throw isFile ? notWritten(naming, cause) : cause
  }
}

/**
 * Finds out whether a file can be written, before there is anything to write into it; changes nothing.
 * @throws UserFacingError with the code of `naming`
 */
export async function expectWritable(file: string, naming: Naming): Promise<void> {
  const known = await stat(file).catch(() => null)
  if (known?.isDirectory()) throw notWritten(naming, Object.assign(new Error(), { code: 'EISDIR' }))
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, '')
  } catch (cause) {
    throw notWritten(naming, cause)
  } finally {
    await rm(draft, { force: true })
  }
}

function notWritten({ name, code }: Naming, cause: unknown): UserFacingError {
  const sentence = `${printable(name)} cannot be written (${codeOf(cause)}). Check the folder and its rights.`
  return new UserFacingError(code, sentence, { cause })
}

/** The system's name for what went wrong, `ENOENT` for example. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
