import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'

/** As the archive declares it; what is really in it shows only when it is unpacked. */
export type ZipEntry = { name: string; unpackedBytes: number; packed: ZipPlace }
type ZipPlace = { method: number; bytes: number; at: number }

const endRecord = { signature: 0x06054b50, length: 22, maxComment: 0xffff }
const entryRecord = { signature: 0x02014b50, length: 46 }
const localRecord = { signature: 0x04034b50, length: 30 }
const stored = 0
const deflated = 8
const inflate = promisify(inflateRaw)

/**
 * The entries of a ZIP archive by its central directory (APPNOTE.TXT 4.3.12, 4.3.16).
 * @returns null when the directory cannot be read
 */
export function listZipEntries(bytes: Uint8Array): ZipEntry[] | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(file)
  if (end === null) return null
  const entries: ZipEntry[] = []
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + entryRecord.length > end || file.readUInt32LE(at) !== entryRecord.signature)
      return null
    const [name, extra, comment] = [28, 30, 32].map((field) => file.readUInt16LE(at + field))
    const nameAt = at + entryRecord.length
    const nameEnd = nameAt + (name ?? 0)
    entries.push({
      name: file.toString('utf8', nameAt, nameEnd),
      unpackedBytes: file.readUInt32LE(at + 24),
      packed: {
        method: file.readUInt16LE(at + 10),
        bytes: file.readUInt32LE(at + 20),
        at: file.readUInt32LE(at + 42),
      },
    })
    at = nameEnd + (extra ?? 0) + (comment ?? 0)
  }
  return entries
}

/**
 * The bytes of an entry, unpacked beside the thread that asks.
 * @returns null when it is broken, packed in an unusual way, or longer than `maxBytes`
 */
export async function unpackZipEntry(
  bytes: Uint8Array,
  { packed: { method, bytes: length, at } }: ZipEntry,
  maxBytes: number,
): Promise<Buffer | null> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isThere = at + localRecord.length <= file.length
  if (!isThere || file.readUInt32LE(at) !== localRecord.signature) return null
  const start = at + localRecord.length + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28)
  const packed = file.subarray(start, start + length)
  if (method === stored) return packed.length === length && length <= maxBytes ? packed : null
  if (method !== deflated) return null
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, maxBytes) })
  } catch {
    return null
  }
}

/** The text of an entry; empty when it is broken, packed in an unusual way, or longer than `maxBytes`. */
export async function readZipText(
  bytes: Uint8Array,
  entry: ZipEntry,
  maxBytes: number,
): Promise<string> {
  if (entry.packed.method !== deflated) return ''
  return (await unpackZipEntry(bytes, entry, maxBytes))?.toString('utf8') ?? ''
}

function findEnd(file: Buffer): number | null {
  const last = file.length - endRecord.length
  const first = Math.max(0, last - endRecord.maxComment)
  for (let at = last; at >= first; at -= 1) {
    if (file.readUInt32LE(at) === endRecord.signature) return at
  }
  return null
}
