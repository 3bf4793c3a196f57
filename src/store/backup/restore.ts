import { UserFacingError } from '../../lib/errors.ts'
import type { Blobs, Content } from '../blobs/blobs.ts'
import { migrate, readMigrations, type Engine, type MigrationSession } from '../migrate.ts'
import { openDatabase } from '../open-store.ts'
import type { BackupPlace } from './backup.ts'
import { BackupDamage, readBackupFile, readingError, type BackupEntry } from './backup-file.ts'
import { stepOf, type Value } from './snapshot.ts'
import { unsealed } from './unsealed.ts'

/** Engines allow some ten thousand parameters a statement. */
const parametersAtMost = 5000

type Restored = {
  rows: number
  files: number
  /** Damaged already when the backup was made, and not there now. */
  damagedFiles: string[]
}

export type RestoreOptions = {
  file: string
  now: number
  /** Secret key of the custodian to whom hidden rows are sealed; without it they are left out. */
  custodianKey?: string | null
}

/**
 * Puts all of a backup into an empty place, on either engine, or nothing.
 * @throws UserFacingError restore-not-empty, backup-newer, backup-damaged, backup-not-readable,
 * custodian-key-invalid, custodian-key-wrong, and those of the store
 */
export async function restore(
  { blobs, ...place }: BackupPlace,
  { file, now, custodianKey = null }: RestoreOptions,
): Promise<Restored & { isHiddenLeftOut: boolean }> {
  const read = () => unsealed(readBackupFile(file), custodianKey)
  const isSealed = await check(file, read())
  await using database = await openDatabase({ ...place, exclusive: true })
  const { engine } = database
  const added: string[] = []
  const restored: Restored = { rows: 0, files: 0, damagedFiles: [] }
  try {
    await database.migrateWith(async (session) => {
      await refuseUsed(session, engine)
      await load({ session, engine, blobs, now, added, restored }, read())
    })
  } catch (error) {
    for (const sha256 of added) await blobs.delete(sha256)
    throw readingError(error, file)
  }
  return { ...restored, isHiddenLeftOut: isSealed && custodianKey === null }
}

/**
 * Before anything is touched: what follows may trust what it reads.
 * @returns whether rows are sealed in it
 */
async function check(file: string, entries: AsyncGenerator<BackupEntry>): Promise<boolean> {
  let isSealed = false
  try {
    for await (const entry of entries) {
      if (entry.is !== 'start') continue
      isSealed = entry.sealed !== undefined
      await refuseNewer(entry.steps)
    }
    return isSealed
  } catch (error) {
    throw readingError(error, file)
  }
}

async function refuseUsed(session: MigrationSession, engine: Engine): Promise<void> {
  const catalog = engine === 'sqlite' ? 'sqlite_master' : 'pg_tables'
  const [name, condition] =
    engine === 'sqlite'
      ? ['name', "type = 'table'"]
      : ['tablename', 'schemaname = current_schema()']
  const [found] = await session.query(
    `select count(*) as n from ${catalog} where ${condition} and ${name} = 'proofloop_migrations'`,
  )
  if (Number(found?.n) === 0) return
  throw new UserFacingError(
    'restore-not-empty',
    'There are data already where the backup is to be restored. Choose an empty folder with --data, or an empty database.',
  )
}

type Loading = {
  session: MigrationSession
  engine: Engine
  blobs: Blobs
  now: number
  /** Files that were not there before. */
  added: string[]
  restored: Restored
}

async function load(loading: Loading, entries: AsyncGenerator<BackupEntry>): Promise<void> {
  const { session, engine, now, restored } = loading
  const known = await readMigrations(engine)
  let table: { name: string; columns: string[] } | undefined
  for await (const entry of entries) {
    switch (entry.is) {
      case 'start': {
        // The tables as they were; what has changed since is applied to the rows at the end.
        const then = known.filter(({ name }) => entry.steps.includes(stepOf(name)))
        await migrate(session, { known: then, now })
        break
      }
      case 'table':
        table = entry
        break
      case 'rows':
        if (table === undefined) throw new BackupDamage('Rows without a table.')
        await insert(
          session,
          table,
          entry.rows.map((row) => row.map(decoded)),
        )
        restored.rows += entry.rows.length
        break
      case 'file':
        await loadFile(loading, { sha256: entry.sha256, entries })
        break
      case 'sealed':
      case 'chunk':
      case 'file-end':
      case 'end':
        throw new BackupDamage(`A ${entry.is} where none can be.`)
    }
  }
  await migrate(session, { known, now })
}

async function refuseNewer(steps: string[]): Promise<void> {
  const engines = await Promise.all([readMigrations('sqlite'), readMigrations('postgres')])
  const known = new Set(engines.flat().map(({ name }) => stepOf(name)))
  const newer = steps.find((step) => !known.has(step))
  if (newer === undefined) return
  throw new UserFacingError(
    'backup-newer',
    `The backup was made by a newer Proofloop (its tables have ${newer}, which this one does not know). Install that version, then restore.`,
  )
}

async function insert(
  session: MigrationSession,
  { name, columns }: { name: string; columns: string[] },
  rows: Value[][],
): Promise<void> {
  const names = [name, ...columns]
  if (!names.every((word) => /^[a-z_][a-z0-9_]*$/.test(word)) || columns.length === 0) {
    throw new BackupDamage('A name that is none of a table or column.')
  }
  const atOnce = Math.max(1, Math.floor(parametersAtMost / columns.length))
  for (let start = 0; start < rows.length; start += atOnce) {
    const batch = rows.slice(start, start + atOnce)
    if (batch.some((row) => row.length !== columns.length))
      throw new BackupDamage('A row is short.')
    const values = batch.map(
      (_, row) => `(${columns.map((_name, i) => `$${row * columns.length + i + 1}`).join(', ')})`,
    )
    const quoted = columns.map((column) => `"${column}"`).join(', ')
    const sql = `insert into "${name}" (${quoted}) values ${values.join(', ')}`
    await session.query(sql, batch.flat())
  }
}

type LoadingFile = { sha256: string; entries: AsyncGenerator<BackupEntry> }

async function loadFile(
  { blobs, added, restored }: Loading,
  { sha256, entries }: LoadingFile,
): Promise<void> {
  const known = await blobs.has(sha256)
  try {
    const put = await blobs.put(chunksOf(entries))
    if (!known) added.push(put.sha256)
    if (put.sha256 !== sha256) throw new BackupDamage('A file has other bytes than its name says.')
    restored.files += 1
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error
    if (!known) restored.damagedFiles.push(sha256)
  }
}

/** Ends the upload of a file that was damaged already when the backup was made. */
class NotWhole extends Error {}

async function* chunksOf(
  entries: AsyncGenerator<BackupEntry>,
): Content & AsyncGenerator<Uint8Array> {
  for (;;) {
    const { value: entry, done } = await entries.next()
    if (done === true || (entry.is !== 'chunk' && entry.is !== 'file-end')) {
      throw new BackupDamage('A file without an end.')
    }
    if (entry.is === 'chunk') yield Buffer.from(entry.bytes, 'base64')
    else if (entry.whole) return
    else throw new NotWhole('The file was damaged when it was backed up.')
  }
}

function decoded(value: string | number | null | { bytes: string }): Value {
  if (typeof value === 'object' && value !== null) return Buffer.from(value.bytes, 'base64')
  return value
}
