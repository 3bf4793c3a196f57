import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Content } from './blobs.ts'

const day = 24 * 60 * 60 * 1000

export type Spooled = { file: string; sha256: string; bytes: number }

/** Writes to a file of its own, as its name is not known before the last byte; durable when it resolves. */
export async function spool(content: Content, folder: string): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${randomUUID()}.tmp`)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await using handle = await open(file, 'wx')
    for await (const chunk of content) {
      hash.update(chunk)
      bytes += chunk.byteLength
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  return { file, sha256: hash.digest('hex'), bytes }
}

/** What processes that were killed have left; nothing is uploaded for a day. */
export async function removeOldSpools(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((file) => file.endsWith('.tmp'))) {
    const file = path.join(folder, name)
    const found = await stat(file).catch(() => undefined)
    if (found !== undefined && found.mtimeMs < now - day) await rm(file, { force: true })
  }
}
