/** As the archive declares it; what is really in it shows only when it is unpacked. */
export type ZipEntry = { name: string; unpackedBytes: number }

const endRecord = { signature: 0x06054b50, length: 22, maxComment: 0xffff }
const entryRecord = { signature: 0x02014b50, length: 46 }

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
    })
    at = nameEnd + (extra ?? 0) + (comment ?? 0)
  }
  return entries
}

function findEnd(file: Buffer): number | null {
  const last = file.length - endRecord.length
  const first = Math.max(0, last - endRecord.maxComment)
  for (let at = last; at >= first; at -= 1) {
    if (file.readUInt32LE(at) === endRecord.signature) return at
  }
  return null
}
