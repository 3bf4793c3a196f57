import path from 'node:path'
import { record } from '../../access/audit.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { openBlobs } from '../../store/blobs/open-blobs.ts'
import { backUp, type BackupResult } from '../../store/backup/backup.ts'
import { recordBackup } from '../../store/backup/newest-backup.ts'
import { openStoreToExamine } from '../../store/find-store.ts'
import type { Io } from '../io.ts'
import { commandLine } from '../../schema/command-line.ts'

export type DataOptions = { data: string }

export type BackupOptions = DataOptions & {
  /** Public key of a custodian. */
  to?: string
  /** Hidden rows are written as they are. */
  open?: boolean
}

/**
 * Writes everything into one file, also while a server runs.
 * @returns 1 when stored files were damaged and are not in it
 */
export async function backup(
  file: string,
  { data, to, open = false }: BackupOptions,
  io: Io,
): Promise<number> {
  const dataFolder = path.resolve(io.cwd, data)
  const fromEnvironment = open ? undefined : io.env['PROOFLOOP_CUSTODIAN_KEY'] || undefined
  const custodian = to ?? fromEnvironment
  const sealed = custodian !== undefined
  const blobs = await openBlobs({ dataFolder, env: io.env })
  const result = await backUp(
    { dataFolder, databaseUrl: io.env['DATABASE_URL'], blobs },
    {
      file: path.resolve(io.cwd, file),
      now: Date.now(),
      signal: io.signal,
      to: custodian,
      open,
      beforeWritten: () => recordExport({ dataFolder, sealed }, io),
    },
  )
  await recordHere(result, { dataFolder, file, sealed }, io)
  io.stdout.write(`Backed up ${counted(result)} to ${file}.\n`)
  io.stdout.write(
    sealed
      ? "Hidden rows are in it, too, for the custodian's key only.\n"
      : 'Whoever has the file can read hidden rows, too: --to seals them to a custodian.\n',
  )
  sayDamaged(result, io)
  return damagedIn(result) === 0 ? 0 : 1
}

function damagedIn({ damagedFiles, damagedSealed }: BackupResult): number {
  return damagedFiles.length + damagedSealed
}

/** What is sealed is named to the custodian only, who restores it. */
function sayDamaged({ damagedFiles, damagedSealed }: BackupResult, { stderr }: Io): void {
  for (const sha256 of damagedFiles) {
    stderr.write(
      `Left out: the stored file ${sha256} is damaged. Upload it again. [blob-damaged]\n`,
    )
  }
  if (damagedSealed === 0) return
  const [files, names] =
    damagedSealed === 1
      ? ['a damaged file', 'its name']
      : [`${damagedSealed} damaged files`, 'their names']
  stderr.write(
    `Left out: ${files} of what is sealed. The custodian learns ${names} with proofloop restore. [blob-damaged]\n`,
  )
}

/** Hidden rows leave the store: without the entry there is no backup. */
async function recordExport(
  { dataFolder, sealed }: { dataFolder: string; sealed: boolean },
  io: Io,
): Promise<void> {
  const databaseUrl = io.env['DATABASE_URL'] || undefined
  await using store = await openStoreToExamine({ dataFolder, databaseUrl, env: io.env })
  const event = { action: 'exported' as const, subject: 'backup', details: { sealed } }
  await record(store, commandLine, event)
}

/** So that `proofloop doctor` knows how old it is. The backup is there, whether or not this works. */
async function recordHere(
  result: BackupResult,
  { dataFolder, file, sealed }: { dataFolder: string; file: string; sealed: boolean },
  io: Io,
): Promise<void> {
  try {
    const databaseUrl = io.env['DATABASE_URL'] || undefined
    await using store = await openStoreToExamine({ dataFolder, databaseUrl, env: io.env })
    const place = { at: Date.now(), file: path.resolve(io.cwd, file) }
    const { rows, files } = result
    const made = { rows, files, damagedFiles: damagedIn(result), sealed }
    await recordBackup(store, { ...place, ...made })
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    io.stderr.write(`Not recorded for proofloop doctor: ${error.message} [${error.code}]\n`)
  }
}

export function counted({ rows, files }: { rows: number; files: number }): string {
  const inEnglish = (n: number, noun: string): string =>
    `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
  return `${inEnglish(rows, 'row')} and ${inEnglish(files, 'file')}`
}
