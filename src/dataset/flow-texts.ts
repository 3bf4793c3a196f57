import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../lib/write-whole-file.ts'
import type { LeakSource } from './leak-sources.ts'

/** What text files of a flow hold, whoever reads them: shots, recordings, notes, code. */
export type FlowTexts = {
  files: LeakSource[]
  /** Files and folders that were not read: they are too large, too many, or not ours to read. */
  left: number
}

const longestFile = 2_000_000
/** Bytes; an index of their words takes twenty times as many. */
const longestOfAll = 8_000_000
const mostFiles = 2000

/** What flows are run on lies there, and is looked for: it is no part of them. */
const besides = new Set(['datasets', 'dataset', 'documents', 'node_modules'])
/** A folder with it keeps what a server knows. */
const database = 'proofloop.db'

/**
 * The text files in the folder of a flow, those of agents first. Hidden ones, data folders, datasets and
 * documents are left out.
 * @param options.recordings of replayed models, which may lie elsewhere; relative to the folder
 * @param options.without a file or folder that is left out, too
 */
export async function flowTexts(
  directory: string,
  { recordings = [], without }: { recordings?: readonly string[]; without?: string } = {},
): Promise<FlowTexts> {
  const found: FlowTexts = { files: [], left: 0 }
  const inside = await filesIn({ root: directory, without, found }, '')
  const named = [...new Set([...inside, ...recordings.map((file) => path.normalize(file))])]
  let bytes = 0
  for (const name of named.toSorted(agentsFirst)) {
    const file = path.resolve(directory, name)
    const size = await sizeOf(file)
    // Recordings are not there before the first one.
    if (size === 'not-there') continue
    const fits = size <= Math.min(longestFile, longestOfAll - bytes)
    const read = fits && found.files.length < mostFiles ? await bytesOf(file) : null
    if (read === null) {
      found.left += 1
      continue
    }
    const text = textOf(read)
    if (text === null) continue
    bytes += read.length
    found.files.push({ name: name.split(path.sep).join('/'), text })
  }
  return found
}

type Search = { root: string; without: string | undefined; found: FlowTexts }

async function filesIn(search: Search, at: string): Promise<string[]> {
  const { root, without } = search
  const entries = await entriesOf(path.join(root, at))
  if (entries === null) search.found.left += 1
  if (entries === null || entries.some(({ name }) => name === database)) return []
  const files: string[] = []
  for (const entry of entries) {
    const name = path.join(at, entry.name)
    const isLeftOut = entry.name.startsWith('.') || path.resolve(root, name) === without
    if (isLeftOut) continue
    if (entry.isFile()) files.push(name)
    if (entry.isDirectory() && !besides.has(entry.name)) {
      files.push(...(await filesIn(search, name)))
    }
  }
  return files
}

/** Infinite when that cannot be told. */
async function sizeOf(file: string): Promise<number | 'not-there'> {
  try {
    return (await stat(file)).size
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'not-there' : Infinity
  }
}

/** Null when it cannot be listed. */
async function entriesOf(folder: string): Promise<Dirent[] | null> {
  return readdir(folder, { withFileTypes: true }).catch(() => null)
}

/** Null when they cannot be read. */
async function bytesOf(file: string): Promise<Buffer | null> {
  return readFile(file).catch(() => null)
}

/** Null for what is no text: a picture, a program. */
function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function agentsFirst(a: string, b: string): number {
  const of = (name: string): string => `${name.startsWith(`agents${path.sep}`) ? 0 : 1}${name}`
  return of(a) < of(b) ? -1 : 1
}
