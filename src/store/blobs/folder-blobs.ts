import type { ReadStream } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { syncFolder } from '../../lib/sync-folder.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { blobNotFound, isSha256, ofLength, verified, type Blobs, type Content } from './blobs.ts'
import { removeOldSpools, spool } from './spool.ts'

/** Blobs as files: `ab/abcd…`, each written under another name and renamed when it is on the disk. */
export async function createFolderBlobs(
  folder: string,
  { now = Date.now }: { now?: () => number } = {},
): Promise<Blobs> {
  const incoming = path.join(folder, 'incoming')
  const fileOf = (sha256: string): string => path.join(folder, sha256.slice(0, 2), sha256)
  await removeOldSpools(incoming, now())
  return {
    put: (content) => translated(put(content, { incoming, fileOf })),
    async get(sha256, part) {
      if (!isSha256(sha256)) throw blobNotFound()
      const handle = await translated(open(fileOf(sha256)))
      const content = read(handle.createReadStream(part))
      return part === undefined ? verified(content, sha256) : ofLength(content, part)
    },
    async has(sha256) {
      if (!isSha256(sha256)) return false
      return exists(fileOf(sha256))
    },
    async delete(sha256) {
      if (isSha256(sha256)) await translated(rm(fileOf(sha256), { force: true }))
      return 'gone'
    },
    list: () => list(folder),
  }
}

type Places = { incoming: string; fileOf: (sha256: string) => string }

async function put(content: Content, { incoming, fileOf }: Places) {
  const { file, sha256, bytes } = await spool(content, incoming)
  const target = fileOf(sha256)
  try {
    await mkdir(path.dirname(target), { recursive: true })
    // Also over one that is there: the bytes are the same, unless that one is damaged.
    await rename(file, target)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  // The name is on the disk only when its folder is, and the folder's when that one's parent is.
  await syncFolder(path.dirname(target))
  await syncFolder(path.dirname(path.dirname(target)))
  return { sha256, bytes }
}

async function* read(stream: ReadStream): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    throw translate(error)
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw translate(error)
  }
}

async function* list(folder: string): AsyncGenerator<string> {
  const folders = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw translate(error)
  })
  for (const name of folders.filter((entry) => /^[0-9a-f]{2}$/.test(entry))) {
    const files = await translated(readdir(path.join(folder, name)))
    yield* files.filter(isSha256)
  }
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw translate(error)
  }
}

function translate(error: unknown): unknown {
  if (error instanceof UserFacingError) return error
  const code = codeOf(error)
  if (code === 'ENOENT') return blobNotFound({ cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserFacingError(
      'store-full',
      'The disk with the data folder is full. Free some space and try again; nothing that was saved is lost.',
      { cause: error },
    )
  }
  // What the content itself threw, an upload that was broken off for example, is not ours.
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return error
  return new UserFacingError(
    'store-unavailable',
    `The files in the data folder cannot be used (${code}). Check the disk and its rights.`,
    { cause: error },
  )
}
