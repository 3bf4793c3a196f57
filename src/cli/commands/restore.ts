import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { openBlobs } from '../../store/blobs/open-blobs.ts'
import { restore as restoreFile } from '../../store/backup/restore.ts'
import type { Io } from '../io.ts'
import { counted, type DataOptions } from './backup.ts'

export type RestoreOptions = DataOptions & {
  /** File with the secret key of a custodian. */
  custodianKey?: string
}

/**
 * Puts all of a backup into an empty folder or database.
 * @returns 1 when files were damaged already in what was backed up
 */
export async function restore(
  file: string,
  { data, custodianKey: keyFile }: RestoreOptions,
  io: Io,
): Promise<number> {
  const dataFolder = path.resolve(io.cwd, data)
  const databaseUrl = io.env['DATABASE_URL']
  const blobs = await openBlobs({ dataFolder, env: io.env })
  const place = { dataFolder, databaseUrl, blobs }
  const custodianKey = keyFile === undefined ? null : await readKey(path.resolve(io.cwd, keyFile))
  const options = { file: path.resolve(io.cwd, file), now: Date.now(), custodianKey }
  const result = await restoreFile(place, options)
  const target = databaseUrl ? 'the database in DATABASE_URL' : data
  io.stdout.write(`Restored ${counted(result)} from ${file} to ${target}.\n`)
  if (result.isHiddenLeftOut) {
    io.stderr.write("Hidden rows need the custodian's key: give its file with --custodian-key.\n")
  }
  for (const sha256 of result.damagedFiles) {
    io.stderr.write(
      `Left out: the stored file ${sha256} was damaged when it was backed up. Upload it again. [blob-damaged]\n`,
    )
  }
  return result.damagedFiles.length === 0 ? 0 : 1
}

async function readKey(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserFacingError(
      'custodian-key-not-readable',
      `${printable(file)} cannot be read (${codeOf(cause)}). Check the path and its rights.`,
      { cause },
    )
  })
}
