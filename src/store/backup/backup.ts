import { UserFacingError } from '../../lib/errors.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { storeMissing } from '../find-store.ts'
import { writeBackupFile, type BackupEntry } from './backup-file.ts'
import { sealTo, type SealedTo } from './custodian-key.ts'
import { findHiddenRows, hasHiddenRows, type HiddenRows } from './hidden-rows.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'
import type { Snapshot, Value } from './snapshot.ts'
import { openSqliteSnapshot } from './sqlite-snapshot.ts'
import { sealed } from './unsealed.ts'

export type BackupPlace = {
  dataFolder: string
  /** `postgres://…`; undefined or empty for SQLite in the data folder. */
  databaseUrl?: string
  blobs: Blobs
}

export type BackupOptions = {
  file: string
  now: number
  signal: AbortSignal
  /** Public key of a custodian: what engineers may not see is sealed to it, and to be had by nobody else. */
  to?: string
  /** Without a key: whether hidden rows may be written for whoever has the file, though several people are there. */
  open?: boolean
  /** Called once the file is made, before its first byte; when it fails, nothing is written. */
  beforeWritten?: () => Promise<void>
}

/** Of what is sealed, damaged files are counted, and nothing is named. */
export type BackupResult = {
  rows: number
  files: number
  damagedFiles: string[]
  damagedSealed: number
}

/**
 * Writes all that a store keeps into one file, as it was at one moment, while others go on writing.
 * Files that are damaged in the store are left out and told.
 * @throws UserFacingError store-missing, backup-exists, backup-not-written, backup-not-sealed,
 * custodian-key-invalid, and those of the store
 */
export async function backUp(
  { blobs, ...place }: BackupPlace,
  { file, now, signal, to, open = false, beforeWritten }: BackupOptions,
): Promise<BackupResult> {
  const sealing = to === undefined ? undefined : sealTo(to)
  await using snapshot = await openSnapshot(place)
  if (sealing === undefined && !open) await refuseUnsealed(snapshot)
  const damagedFiles: string[] = []
  const damagedSealed: string[] = []
  const source = { snapshot, blobs, now, damagedFiles, damagedSealed }
  const entries = sealing === undefined ? plainEntries(source) : sealedEntries(source, sealing)
  const counts = await writeBackupFile({ file, signal }, afterwards(entries, beforeWritten))
  return { ...counts, damagedFiles, damagedSealed: damagedSealed.length }
}

async function* afterwards<Entry, Counts>(
  entries: AsyncGenerator<Entry, Counts>,
  before: BackupOptions['beforeWritten'],
): AsyncGenerator<Entry, Counts> {
  await before?.()
  return yield* entries
}

/** One person alone holds every role; where there are more, operators need not be custodians. */
async function refuseUnsealed(snapshot: Snapshot): Promise<void> {
  if (!(await hasSeveralPeople(snapshot)) || !(await hasHiddenRows(snapshot))) return
  throw new UserFacingError(
    'backup-not-sealed',
    'Several people have accounts here, and whoever has the file could read hidden rows. Seal them to a custodian with --to or PROOFLOOP_CUSTODIAN_KEY; --open writes them as they are, and the audit log tells.',
  )
}

async function hasSeveralPeople(snapshot: Snapshot): Promise<boolean> {
  if (!snapshot.tables.some(({ name }) => name === 'people')) return false
  let people = 0
  for await (const some of snapshot.rows('people')) people += some.length
  return people > 1
}

/** @throws UserFacingError store-missing, and those of the store */
export async function openSnapshot({
  dataFolder,
  databaseUrl = '',
}: Omit<BackupPlace, 'blobs'>): Promise<Snapshot> {
  const inPostgres = databaseUrl !== ''
  const snapshot = inPostgres
    ? await openPostgresSnapshot(databaseUrl)
    : await openSqliteSnapshot(dataFolder)
  if (snapshot !== null) return snapshot
  throw storeMissing({ dataFolder, databaseUrl })
}

type Source = {
  snapshot: Snapshot
  blobs: Blobs
  now: number
  damagedFiles: string[]
  damagedSealed: string[]
}

async function* plainEntries(source: Source) {
  const start = { steps: source.snapshot.steps, createdAt: source.now }
  yield { is: 'start', format: 'proofloop-backup-1', ...start } satisfies BackupEntry
  return yield* contents(source, {
    row: (_, row) => row,
    isRewritten: () => false,
    file: () => true,
  })
}

/** What is open first, then the rest: it stands apart, so that nobody sees how much there is of what. */
async function* sealedEntries(source: Source, { key, to, from }: SealedTo) {
  const { openForm, isHidden, isRewritten, isOpenFile } = await findHiddenRows(source.snapshot)
  const start = { steps: source.snapshot.steps, createdAt: source.now, sealed: { to, from } }
  yield { is: 'start', format: 'proofloop-backup-2', ...start } satisfies BackupEntry
  const counts = yield* contents(source, { row: openForm, isRewritten, file: isOpenFile })
  const hidden = contents(
    { ...source, damagedFiles: source.damagedSealed },
    {
      row: (table, row) => (isHidden(table, row) ? row : null),
      isRewritten: () => false,
      file: (sha256) => !isOpenFile(sha256),
    },
  )
  yield* sealed(key, hidden)
  return counts
}

type Chosen = Pick<HiddenRows, 'isRewritten'> & {
  /** Null: it is not among them. */
  row: HiddenRows['openForm']
  file: HiddenRows['isOpenFile']
}

async function* contents(
  { snapshot, blobs, damagedFiles }: Omit<Source, 'damagedSealed'>,
  chosen: Chosen,
) {
  const counts = { rows: 0, files: 0 }
  for (const table of snapshot.tables) {
    const mark = chosen.isRewritten(table.name) ? { rewritten: true } : {}
    yield { is: 'table', ...table, ...mark } satisfies BackupEntry
    for await (const all of snapshot.rows(table.name)) {
      const rows = all.flatMap((row) => {
        const shown = chosen.row(table, row)
        return shown === null ? [] : [shown]
      })
      if (rows.length === 0) continue
      counts.rows += rows.length
      yield { is: 'rows', rows: rows.map((row) => row.map(encoded)) } satisfies BackupEntry
    }
  }
  // After the rows: a file is stored before the row that names it, so none is missing.
  for await (const sha256 of blobs.list()) {
    if (!chosen.file(sha256)) continue
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
