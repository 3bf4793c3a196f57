import path from 'node:path'
import { record } from '../../access/audit.ts'
import { findPlace, hasStore, storeMissing } from '../../store/find-store.ts'
import { openStore } from '../../store/open-store.ts'
import type { Io } from '../io.ts'
import type { DataOptions } from './backup.ts'
import { commandLine } from '../../schema/command-line.ts'

/** Seals every secret of a store anew. */
export async function rotateKeys({ data }: DataOptions, io: Io): Promise<number> {
  const dataFolder = path.resolve(io.cwd, data)
  const place = await findPlace({ dataFolder, databaseUrl: io.env['DATABASE_URL'] })
  if (!hasStore(place)) throw storeMissing(place)
  await using store = await openStore({ ...place, env: io.env, exclusive: false })
  await record(store, commandLine, { action: 'secret-keys-rotated', subject: 'secrets' })
  const { secrets, master, isNewMaster } = await store.secrets.rotate()
  const sealed = `${secrets} secret${secrets === 1 ? '' : 's'}`
  const by = isNewMaster ? 'the new master key' : 'the same master key'
  io.stdout.write(`Sealed ${sealed} anew, under ${by} ${master}.\n`)
  return 0
}
