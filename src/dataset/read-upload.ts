import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { listZipEntries, unpackZipEntry, type ZipEntry } from '../document/zip-entries.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { codeOf } from '../lib/write-whole-file.ts'
import type { Example } from '../schema/example.ts'
import { quoted } from './line-error.ts'
import type { ReadFrom } from './named-documents.ts'
import { readExamples } from './read-dataset.ts'

/** Of the file as it comes, of each that an archive holds, and of all of them. */
const mostBytes = { file: 256 * 2 ** 20, entry: 256 * 2 ** 20, unpacked: 2 ** 30 }

type Upload = { name: string; content: AsyncIterable<Uint8Array> }

type ReadUpload = Pick<ReadFrom, 'stored'> & {
  /** What comes with the file, before or after it; asked for once the file is here. */
  columns?: () => Promise<ReadFrom['columns']>
}

/**
 * Reads a dataset that somebody sent: JSON Lines, CSV or a ZIP archive of a folder. Whatever its lines
 * say, no file outside of `folder` is read.
 * @param folder an empty one of its own, in which the documents stay
 * @param stored documents that its lines may name, too
 * @throws UserFacingError dataset-too-large, archive-unreadable, dataset-not-found, and those of `readExamples`
 */
export async function readUpload(
  upload: Upload,
  folder: string,
  { stored, columns }: ReadUpload = {},
): Promise<Example[]> {
  const name = path.basename(printable(upload.name).replaceAll('\\', '/')) || 'dataset.jsonl'
  const isArchive = path.extname(name).toLowerCase() === '.zip'
  const file = path.join(folder, isArchive ? 'archive.zip' : fileNameOf(name))
  await pipeline(Readable.from(limited(upload.content)), createWriteStream(file))
  const from = { confined: true, stored, columns: await columns?.() }
  if (!isArchive) return readExamples(path.basename(file), folder, from)
  const unpacked = path.join(folder, 'unpacked')
  await unpack(await readFile(file), unpacked)
  const { cwd, base } = await findDatasetIn(unpacked)
  return readExamples(base, cwd, from)
}

/** Whose ending says how it is read, and as which it is spoken of where it cannot be. */
function fileNameOf(name: string): string {
  const isRead = ['.csv', '.jsonl'].includes(path.extname(name).toLowerCase())
  return isRead && Buffer.byteLength(name) < 200 ? name : 'dataset.jsonl'
}

async function* limited(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.byteLength
    if (bytes > mostBytes.file) throw tooLarge('The file', mostBytes.file)
    yield chunk
  }
}

async function unpack(archive: Buffer, folder: string): Promise<void> {
  const entries = listZipEntries(archive)
  if (entries === null) {
    throw new UserFacingError('archive-unreadable', 'The file is no ZIP archive, or it is damaged.')
  }
  let left = mostBytes.unpacked
  for (const entry of entries.filter(({ name }) => isWanted(name))) {
    const content = await unpackZipEntry(archive, entry, Math.min(left, mostBytes.entry))
    if (content === null) throw unreadable(entry)
    left -= content.length
    await writeEntry(placeIn(folder, entry), content).catch((cause: unknown) => {
      throw isNameOfNone(cause) ? unreadable(entry, { cause }) : cause
    })
  }
}

async function writeEntry(file: string, content: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
}

/** A file that is to be a folder, too, or a name that is too long for this disk. */
function isNameOfNone(error: unknown): boolean {
  return ['EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ENOTDIR'].includes(codeOf(error))
}

/** Folders come with their files; macOS adds files of its own. */
function isWanted(name: string): boolean {
  return !name.endsWith('/') && !name.startsWith('__MACOSX/')
}

function placeIn(folder: string, entry: ZipEntry): string {
  const file = path.resolve(folder, entry.name.replaceAll('\\', '/'))
  if (file.startsWith(`${folder}${path.sep}`) && !entry.name.includes('\0')) return file
  throw unreadable(entry)
}

function unreadable({ name }: ZipEntry, options?: ErrorOptions): UserFacingError {
  return new UserFacingError(
    'archive-unreadable',
    `The entry ${quoted(name)} of the archive cannot be unpacked: it is damaged, encrypted, packed in an unusual way, has a name that no file can have, leads out of the archive, or is too large (at most ${mostBytes.entry / 2 ** 20} MB, and ${mostBytes.unpacked / 2 ** 20} MB in all).`,
    options,
  )
}

function tooLarge(what: string, bytes: number): UserFacingError {
  return new UserFacingError('dataset-too-large', `${what} has more than ${bytes / 2 ** 20} MB.`)
}

/** None where nothing was unpacked. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** The archive's folder itself, one table in it, or the same one folder further in. */
async function findDatasetIn(folder: string): Promise<{ cwd: string; base: string }> {
  const names = (await namesIn(folder)).filter((name) => !name.startsWith('.'))
  if (['documents.jsonl', 'gold.jsonl'].every((name) => names.includes(name))) {
    return { cwd: folder, base: '.' }
  }
  const tables = names.filter((name) => /\.(?:jsonl|csv)$/i.test(name))
  const [table] = tables
  if (table !== undefined && tables.length === 1) return { cwd: folder, base: table }
  const [only] = names
  if (
    only !== undefined &&
    names.length === 1 &&
    (await stat(path.join(folder, only))).isDirectory()
  ) {
    return findDatasetIn(path.join(folder, only))
  }
  throw new UserFacingError(
    'dataset-not-found',
    'The archive holds no dataset: put documents.jsonl and gold.jsonl, or one .jsonl or .csv file with its documents, into it.',
  )
}
