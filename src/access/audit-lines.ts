import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { codeOf } from '../lib/write-whole-file.ts'
import { AuditEntry } from '../schema/audit.ts'

/** Entries as JSON Lines in UTF-8. */
export async function* auditLines(
  batches: AsyncIterable<AuditEntry[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const entries of batches) {
    yield Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  }
}

/** With nothing beside: a hash covers no more. */
const Line = z.strictObject(AuditEntry.shape)
const entriesAtOnce = 1000

/**
 * Entries of a file as `auditLines` makes it, a thousand at a time.
 * @param file.name what the user calls it
 * @throws UserFacingError audit-file-unreadable, audit-file-malformed
 */
export async function* readAuditFile(file: {
  path: string
  name: string
}): AsyncGenerator<AuditEntry[]> {
  let entries: AuditEntry[] = []
  let line = 0
  for await (const text of linesOf(file)) {
    line += 1
    entries.push(entryOf(text, { line, name: file.name }))
    if (entries.length < entriesAtOnce) continue
    yield entries
    entries = []
  }
  yield entries
}

async function* linesOf({ path, name }: { path: string; name: string }): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (cause) {
    throw new UserFacingError(
      'audit-file-unreadable',
      `${printable(name)} cannot be read (${codeOf(cause)}). Check the path and its rights.`,
      { cause },
    )
  } finally {
    input.destroy()
  }
}

function entryOf(text: string, { line, name }: { line: number; name: string }): AuditEntry {
  const parsed = Line.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  throw new UserFacingError(
    'audit-file-malformed',
    `Line ${line} of ${printable(name)} is no entry of an audit log, as proofloop audit export writes one a line.`,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
