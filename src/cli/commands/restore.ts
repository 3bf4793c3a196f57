import path from 'node:path'
import { openBlobs } from '../../store/blobs/open-blobs.ts'
import { restore as restoreFile } from '../../store/backup/restore.ts'
import type { Io } from '../io.ts'
import { counted, type DataOptions } from './backup.ts'

/** Puts all of a backup into an empty folder or database. */
export async function restore(file: string, { data }: DataOptions, io: Io): Promise<number> {
  const dataFolder = path.resolve(io.cwd, data)
  const databaseUrl = io.env['DATABASE_URL']
  const blobs = await openBlobs({ dataFolder, env: io.env })
  const place = { dataFolder, databaseUrl, blobs }
  const result = await restoreFile(place, { file: path.resolve(io.cwd, file), now: Date.now() })
  const target = databaseUrl ? 'the database in DATABASE_URL' : data
  io.stdout.write(`Restored ${counted(result)} from ${file} to ${target}.\n`)
  return 0
}
