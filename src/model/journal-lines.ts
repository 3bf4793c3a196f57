import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { StoredAnswer } from './model-host.ts'

/** The first line: what the file is, and how its lines are to be read. */
export const journalHeader = '{"proofloop":"answers","version":1}\n'

/** `none`: a process that died while it made the file left no more than part of its first line. */
export function journalStart(descriptor: number): 'whole' | 'none' | 'other' {
  const start = Buffer.alloc(journalHeader.length)
  const length = readSync(descriptor, start, 0, start.length, 0)
  const found = start.toString('latin1', 0, length)
  if (found === journalHeader) return 'whole'
  return journalHeader.startsWith(found) ? 'none' : 'other'
}

/** Where a line stands, in bytes. */
export type LinePlace = { start: number; end: number }

/**
 * `whole` is where the last whole line ends: what comes after it was being written when its process
 * died. `damaged` counts lines that are not what was written.
 */
export type JournalContent = { places: Map<string, LinePlace>; whole: number; damaged: number }

// {"crc":"01234567","key":"…64…","answer":{…}}: everything before the answer has a fixed place, so
// that loading parses no JSON.
const keyAt = '{"crc":"01234567",'.length
const answerAt = keyAt + '"key":"'.length + 64

/** @param key 64 hexadecimal digits */
export function toJournalLine(key: string, answer: StoredAnswer): string {
  const rest = `"key":"${key}","answer":${JSON.stringify(answer)}}`
  return `{"crc":"${checksum(rest)}",${rest}\n`
}

const pieceBytes = 4 * 2 ** 20

/** Reads the file once, piece by piece. Of two lines for one key the later counts. */
export function readJournal(descriptor: number): JournalContent {
  const content: JournalContent = { places: new Map(), whole: 0, damaged: 0 }
  let rest = Buffer.alloc(0)
  for (let position = 0; ;) {
    const piece = Buffer.allocUnsafe(pieceBytes)
    const length = readSync(descriptor, piece, 0, pieceBytes, position)
    if (length === 0) return content
    position += length
    const bytes = Buffer.concat([rest, piece.subarray(0, length)])
    rest = bytes.subarray(takeLines(bytes, content))
  }
}

/** Returns how many bytes whole lines took. */
function takeLines(bytes: Buffer, content: JournalContent): number {
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const key = content.whole === 0 ? null : keyOf(bytes.subarray(start, end))
    if (key !== null) {
      const place = { start: content.whole, end: content.whole + end - start }
      content.places.set(key, place)
    } else if (content.whole > 0) content.damaged += 1
    content.whole += end + 1 - start
    start = end + 1
  }
  return start
}

/** Null when the line is not what was written. */
function keyOf(line: Buffer): string | null {
  if (line.length <= answerAt) return null
  const rest = line.subarray(keyAt)
  if (line.toString('latin1', 8, 16) !== checksum(rest)) return null
  return rest.toString('latin1', 7, 71)
}

const Line = z.object({
  answer: z.object({
    value: z.unknown(),
    inputTokens: z.number().nullable(),
    outputTokens: z.number().nullable(),
  }),
})

export function readLine(descriptor: number, { start, end }: LinePlace): StoredAnswer {
  const bytes = Buffer.allocUnsafe(end - start)
  readSync(descriptor, bytes, 0, bytes.length, start)
  return Line.parse(JSON.parse(bytes.toString('utf8'))).answer
}

function checksum(data: string | Buffer): string {
  return crc32(data).toString(16).padStart(8, '0')
}
