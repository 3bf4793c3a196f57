import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { syncFolder } from '../../lib/sync-folder.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { FrameBroken } from './sealed-frames.ts'

const Bytes = z.object({ bytes: z.base64() })
const Value = z.union([z.string(), z.number(), z.null(), Bytes])

/** One line of JSON each, in a gzip file. Tables come with their rows, then files, then the end. */
export const BackupEntry = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('start'),
    /** 2: with hidden rows sealed. */
    format: z.enum(['proofloop-backup-1', 'proofloop-backup-2']),
    steps: z.array(z.string()),
    /** UTC epoch milliseconds. */
    createdAt: z.number(),
    /** Public keys: of the custodian, and of this backup. */
    sealed: z.object({ to: z.string(), from: z.string() }).optional(),
  }),
  z.object({
    is: z.literal('table'),
    name: z.string(),
    columns: z.array(z.string()),
    /** Its rows are not as they were; those that were stand among what is sealed. */
    rewritten: z.boolean().optional(),
  }),
  z.object({ is: z.literal('rows'), rows: z.array(z.array(Value)) }),
  z.object({ is: z.literal('file'), sha256: z.string() }),
  z.object({ is: z.literal('chunk'), bytes: z.base64() }),
  /** `whole`: false when the stored file turned out to be damaged, and is not to be restored. */
  z.object({ is: z.literal('file-end'), whole: z.boolean() }),
  /** A frame of entries that only a custodian may have; they stand before the end. */
  z.object({ is: z.literal('sealed'), bytes: z.base64() }),
  /** `sha256`: of everything before this line. Of what is sealed nothing is counted. */
  z.object({ is: z.literal('end'), rows: z.number(), files: z.number(), sha256: z.string() }),
])
export type BackupEntry = z.infer<typeof BackupEntry>

/** Why a file is not a whole backup; the details are for the log. */
export class BackupDamage extends Error {}

/** Larger lines are no backup: a text of a document is stored in parts of about a megabyte. */
const longestLine = 512 * 2 ** 20

type End = { rows: number; files: number }

/**
 * Writes the file under another name and renames it when all of it is on the disk.
 * @param entries without the end, for which they return the counts
 * @throws UserFacingError backup-exists, backup-not-written
 */
export async function writeBackupFile(
  { file, signal }: { file: string; signal: AbortSignal },
  entries: AsyncGenerator<BackupEntry, End>,
): Promise<End> {
  const shown = printable(file)
  const taken = await open(file).catch(() => undefined)
  if (taken !== undefined) {
    await taken.close()
    throw new UserFacingError('backup-exists', `${shown} exists already. Choose another name.`)
  }
  const draft = path.join(path.dirname(file), `.${randomUUID()}.tmp`)
  const written: End = { rows: 0, files: 0 }
  try {
    // Texts, accounts and hashed passwords are in it.
    const handle = await open(draft, 'wx', 0o600)
    const target = handle.createWriteStream({ flush: true })
    await pipeline(Readable.from(lines(entries, written)), createGzip(), target, { signal })
    await rename(draft, file)
    await syncFolder(path.dirname(file))
    return written
  } catch (error) {
    await rm(draft, { force: true })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new UserFacingError(
      'backup-not-written',
      `${shown} cannot be written (${codeOf(error)}). Check the folder, its rights and its space.`,
      { cause: error },
    )
  }
}

async function* lines(
  entries: AsyncGenerator<BackupEntry, End>,
  written: End,
): AsyncGenerator<string> {
  const hash = createHash('sha256')
  const line = (entry: BackupEntry): string => `${JSON.stringify(entry)}\n`
  for (;;) {
    const next = await entries.next()
    if (next.done === true) {
      Object.assign(written, next.value)
      yield line({ is: 'end', ...next.value, sha256: hash.digest('hex') })
      return
    }
    const text = line(next.value)
    hash.update(text)
    yield text
  }
}

/**
 * The entries before the end; ends only when the file is whole.
 * @throws what `readingError` tells people
 */
export async function* readBackupFile(file: string): AsyncGenerator<BackupEntry, void> {
  const hash = createHash('sha256')
  let whole = false
  for await (const text of splitLines(unzipped(file))) {
    const entry = BackupEntry.parse(JSON.parse(text))
    if (whole) throw new BackupDamage('Something follows the end.')
    if (entry.is !== 'end') {
      hash.update(`${text}\n`)
      yield entry
      continue
    }
    if (entry.sha256 !== hash.digest('hex')) throw new BackupDamage('The checksum differs.')
    whole = true
  }
  if (!whole) throw new BackupDamage('The end is missing.')
}

async function* unzipped(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file)
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8')
      pieces = []
      length = 0
      start = end + 1
    }
    const rest = chunk.subarray(start)
    pieces.push(rest)
    length += rest.length
    if (length > longestLine) throw new BackupDamage('A line is too long.')
  }
  if (length > 0) throw new BackupDamage('The last line has no end.')
}

/** Says of an error of reading what to do; one that is not the file's fault comes back as it is. */
export function readingError(error: unknown, file: string): unknown {
  const shown = printable(file)
  const code = codeOf(error)
  const damaged = [BackupDamage, FrameBroken, SyntaxError, z.ZodError].some(
    (kind) => error instanceof kind,
  )
  if (damaged || code.startsWith('Z_')) {
    return new UserFacingError(
      'backup-damaged',
      `${shown} is not a whole backup: it is damaged, cut off, or something else. Nothing was restored.`,
      { cause: error },
    )
  }
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) {
    return new UserFacingError(
      'backup-not-readable',
      `${shown} cannot be read (${code}). Check the path and its rights.`,
      { cause: error },
    )
  }
  return error
}
