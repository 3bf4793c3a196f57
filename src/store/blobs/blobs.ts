import { createHash } from 'node:crypto'
import { UserFacingError } from '../../lib/errors.ts'

export type Content = AsyncIterable<Uint8Array>

/** First and last byte, from 0; both are in the file. */
export type BlobPart = { start: number; end: number }

/**
 * Files by the SHA-256 of their bytes, in hex. What `put` resolved is durable and whole; a put that did
 * not leaves nothing that can be read. Each method may throw UserFacingError store-unavailable or
 * store-full.
 */
export type Blobs = {
  put(content: Content): Promise<{ sha256: string; bytes: number }>
  /**
   * The bytes, checked while they are read: a stream of other bytes throws before it ends. Of a part
   * only the length is checked.
   * @throws UserFacingError blob-not-found; while reading, blob-damaged
   */
  get(sha256: string, part?: BlobPart): Promise<Content>
  has(sha256: string): Promise<boolean>
  /** Nothing happens when there is none. @returns `version`: a bucket keeps what it had as an older version */
  delete(sha256: string): Promise<'gone' | 'version'>
  /** The hashes of all, in no order. */
  list(): AsyncIterable<string>
}

/** Anything else is the name of no blob, so that no path and no key comes from outside. */
export function isSha256(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}

export function blobNotFound(options?: ErrorOptions): UserFacingError {
  return new UserFacingError(
    'blob-not-found',
    'There is no such file (any more). Upload it again.',
    options,
  )
}

/** The same bytes; throws before the end when they are fewer or more than the part has. */
export async function* ofLength(
  content: Content,
  { start, end }: BlobPart,
): AsyncGenerator<Uint8Array> {
  let missing = end - start + 1
  for await (const chunk of content) {
    missing -= chunk.byteLength
    yield chunk
  }
  if (missing === 0) return
  throw new UserFacingError(
    'blob-damaged',
    'The stored file is damaged: a part of it is missing. Upload it again, or restore a backup.',
  )
}

/** The same bytes; throws before the end when they are not those of the hash. */
export async function* verified(content: Content, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === sha256) return
  throw new UserFacingError(
    'blob-damaged',
    `The stored file ${sha256} is damaged: its bytes are not those that were stored. Upload it again, or restore a backup.`,
  )
}
