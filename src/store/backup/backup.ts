import { UserFacingError } from '../../lib/errors.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { writeBackupFile, type BackupEntry } from './backup-file.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'
import type { Snapshot, Value } from './snapshot.ts'
import { openSqliteSnapshot } from './sqlite-snapshot.ts'

export type BackupPlace = {
  dataFolder: string
  /** `postgres://…`; undefined or empty for SQLite in the data folder. */
  databaseUrl?: string
  blobs: Blobs
}

export type BackupResult = { rows: number; files: number; damagedFiles: string[] }

/**
 * Writes all that a store keeps into one file, as it was at one moment, while others go on writing.
 * Files that are damaged in the store are left out and told.
 * @throws UserFacingError backup-nothing, backup-exists, backup-not-written, and those of the store
 */
export async function backUp(
  { blobs, ...place }: BackupPlace,
  { file, now, signal }: { file: string; now: number; signal: AbortSignal },
): Promise<BackupResult> {
  await using snapshot = await openSnapshot(place)
  const damagedFiles: string[] = []
  const entries = entriesOf({ snapshot, blobs, now, damagedFiles })
  const counts = await writeBackupFile({ file, signal }, entries)
  return { ...counts, damagedFiles }
}

/** @throws UserFacingError backup-nothing, and those of the store */
export async function openSnapshot({
  dataFolder,
  databaseUrl = '',
}: Omit<BackupPlace, 'blobs'>): Promise<Snapshot> {
  const inPostgres = databaseUrl !== ''
  const snapshot = inPostgres
    ? await openPostgresSnapshot(databaseUrl)
    : await openSqliteSnapshot(dataFolder)
  if (snapshot !== null) return snapshot
  const where = inPostgres ? 'the database in DATABASE_URL' : `the folder ${dataFolder}`
  throw new UserFacingError('backup-nothing', `There are no data of Proofloop in ${where}.`)
}

type Source = { snapshot: Snapshot; blobs: Blobs; now: number; damagedFiles: string[] }

async function* entriesOf(source: Source) {
  const { snapshot, blobs, now, damagedFiles } = source
  const counts = { rows: 0, files: 0 }
  const start = { steps: snapshot.steps, createdAt: now }
  yield { is: 'start', format: 'proofloop-backup-1', ...start } satisfies BackupEntry
  for (const table of snapshot.tables) {
    yield { is: 'table', ...table } satisfies BackupEntry
    for await (const rows of snapshot.rows(table.name)) {
      counts.rows += rows.length
      yield { is: 'rows', rows: rows.map((row) => row.map(encoded)) } satisfies BackupEntry
    }
  }
  // After the rows: a file is stored before the row that names it, so none is missing.
  for await (const sha256 of blobs.list()) {
    const whole = yield* fileEntries(blobs, sha256)
    if (whole === true) counts.files += 1
    if (whole === false) damagedFiles.push(sha256)
  }
  return counts
}

/** Null when it was deleted meanwhile. */
async function* fileEntries(blobs: Blobs, sha256: string) {
  let begun = false
  try {
    const content = await blobs.get(sha256)
    yield { is: 'file', sha256 } satisfies BackupEntry
    begun = true
    for await (const bytes of content) {
      yield { is: 'chunk', bytes: Buffer.from(bytes).toString('base64') } satisfies BackupEntry
    }
  } catch (error) {
    const code = error instanceof UserFacingError ? error.code : ''
    if (!begun && code === 'blob-not-found') return null
    if (code !== 'blob-damaged') throw error
    yield { is: 'file-end', whole: false } satisfies BackupEntry
    return false
  }
  yield { is: 'file-end', whole: true } satisfies BackupEntry
  return true
}

function encoded(value: Value) {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  return value
}
