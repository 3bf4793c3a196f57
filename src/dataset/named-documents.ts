import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { once } from '../lib/once.ts'
import type { StoredText } from '../schema/stored-dataset.ts'
import { Sha256 } from '../schema/workplace.ts'
import type { ColumnMapping } from './column-mapping.ts'
import { isFile } from './read-text-file.ts'

export type ReadFrom = {
  /** Documents are looked up in the folder of the file that names them, and nowhere else. */
  confined?: boolean
  /** What fields of JSON Lines are called in the file. */
  columns?: ColumnMapping
  /** A document that was uploaded, by the SHA-256 of its file; null when there is none for the reader. */
  stored?: (sha256: string) => Promise<StoredText | null>
}

/** Documents as files name them: by their own files, or by the SHA-256 of these. */
export type NamedDocuments = {
  /** Null when there is none, or none to be read. */
  file(name: string): Promise<string | null>
  stored(name: string): Promise<(StoredText & { sha256: string }) | null>
}

/** @param folder in which the file lies that names them */
export function namedDocuments(
  folder: string,
  { confined = false, stored }: ReadFrom,
): NamedDocuments {
  const byHash = once(() => hashesIn(folder))
  return {
    async file(name) {
      const file = path.resolve(folder, name)
      const isOutside = confined && !file.startsWith(`${folder}${path.sep}`)
      if (!isOutside && (await isFile(file))) return file
      return isHash(name) ? ((await byHash()).get(name) ?? null) : null
    },
    async stored(name) {
      const found = isHash(name) ? await stored?.(name) : null
      return found ? { ...found, sha256: name } : null
    },
  }
}

export function isHash(name: string): boolean {
  return Sha256.safeParse(name).success
}

/** Of the files in a folder and in the folders in it. */
async function hashesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true })
  const inner = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  const folders = [folder, ...inner.map(({ name }) => path.join(folder, name))]
  const hashes = new Map<string, string>()
  for (const place of folders) {
    for (const entry of await readdir(place, { withFileTypes: true })) {
      const file = path.join(place, entry.name)
      if (entry.isFile()) hashes.set(await hashOf(file), file)
    }
  }
  return hashes
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
