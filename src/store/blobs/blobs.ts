import { createHash } from 'node:crypto'
import { UserFacingError } from '../../lib/errors.ts'

export type Content = AsyncIterable<Uint8Array>

/**
 * Files by the SHA-256 of their bytes, in hex. What `put` resolved is durable and whole; a put that did
 * not leaves nothing that can be read. Each method may throw UserFacingError store-unavailable or
 * store-full.
 */
export type Blobs = {
  put(content: Content): Promise<{ sha256: string; bytes: number }>
  /**
   * The bytes, checked while they are read: a stream of other bytes throws before it ends.
   * @throws UserFacingError blob-not-found; while reading, blob-damaged
   */
  get(sha256: string): Promise<Content>
  has(sha256: string): Promise<boolean>
  /** Nothing happens when there is none. */
  delete(sha256: string): Promise<void>
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
