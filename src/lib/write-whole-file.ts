import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { UserFacingError } from './errors.ts'
import { printable } from './printable.ts'

/**
 * Writes to a name of its own and renames, so that a reader never sees half a file.
 * @param naming what the user calls the file, and the code of the error
 * @throws UserFacingError with that code
 */
export async function writeWholeFile(
  file: string,
  text: string,
  naming: { name: string; code: string },
): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, text)
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new UserFacingError(
      naming.code,
      `${printable(naming.name)} cannot be written (${codeOf(cause)}). Check the folder and its rights.`,
      { cause },
    )
  }
}

/** The system's name for what went wrong, `ENOENT` for example. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
