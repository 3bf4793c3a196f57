import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { auditLines, readAuditFile } from '../../access/audit-lines.ts'
import { writeWholeFile } from '../../lib/write-whole-file.ts'
import type { AuditEntry, AuditFault, AuditHead, AuditVerdict } from '../../schema/audit.ts'
import { emptyChain, verifyChain } from '../../store/audit-chain.ts'
import { findPlace, openStoreToRead, storeMissing } from '../../store/find-store.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'
import type { DataOptions } from './backup.ts'

export type AuditOptions = DataOptions & { json?: boolean }

export type VerifyOptions = AuditOptions & {
  /** `SEQUENCE:HASH`, as `audit head` printed it. */
  head?: string
}

/** Prints the newest entry's number and hash, to be kept elsewhere. */
export async function auditHead(options: AuditOptions, io: Io): Promise<number> {
  await using store = await openLog(options, io)
  const head = await store.audit.head()
  io.stdout.write(options.json ? `${JSON.stringify(head)}\n` : `${headText(head)}\n`)
  return 0
}

/** Writes the whole log into a file, one entry a line. */
export async function exportAudit(file: string, options: AuditOptions, io: Io): Promise<number> {
  await using store = await openLog(options, io)
  let head = emptyChain
  const batches = async function* (): AsyncGenerator<AuditEntry[]> {
    for await (const entries of store.audit.batches()) {
      head = entries.at(-1) ?? head
      yield entries
    }
  }
  const naming = { name: file, code: 'audit-not-written', mode: 0o600 }
  await writeWholeFile(path.resolve(io.cwd, file), auditLines(batches()), naming)
  const { sequence, hash } = head
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ sequence, hash })}\n`
      : `Wrote ${countText(sequence)} to ${file}, up to ${headText(head)}.\n`,
  )
  return 0
}

/**
 * Reads the whole log, or a file that has one.
 * @returns 1 when an entry is not as it was written
 */
export async function verifyAudit(
  file: string | undefined,
  options: VerifyOptions,
  io: Io,
): Promise<number> {
  const kept = options.head === undefined ? undefined : readHead(options.head)
  const verdict =
    file === undefined
      ? await verifyStored(kept, options, io)
      : await verifyChain(readAuditFile({ path: path.resolve(io.cwd, file), name: file }), { kept })
  io.stdout.write(options.json ? `${JSON.stringify(verdict)}\n` : verdictText(verdict, kept))
  return verdict.fault === null ? 0 : 1
}

async function verifyStored(
  kept: AuditHead | undefined,
  options: AuditOptions,
  io: Io,
): Promise<AuditVerdict> {
  await using store = await openLog(options, io)
  return await store.audit.verify({ kept })
}

async function openLog({ data }: DataOptions, io: Io): Promise<Store> {
  const dataFolder = path.resolve(io.cwd, data)
  const place = await findPlace({ dataFolder, databaseUrl: io.env['DATABASE_URL'] })
  const store = await openStoreToRead(place)
  if (store === null) throw storeMissing(place)
  return store
}

function readHead(text: string): AuditHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  if (sequence !== undefined && hash !== undefined) return { sequence: Number(sequence), hash }
  throw new UserFacingError(
    'audit-head-invalid',
    'Give --head as proofloop audit head printed it: a number, a colon and 64 hexadecimal digits.',
  )
}

function headText({ sequence, hash }: AuditHead): string {
  return `${sequence}:${hash}`
}

function countText(entries: number): string {
  return `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`
}

function verdictText({ head, fault }: AuditVerdict, kept?: AuditHead): string {
  if (fault !== null) {
    return `NOT AS WRITTEN at entry ${fault.sequence} (${fault.kind}): ${meaning[fault.kind]}\nUp to ${headText(head)} it is.\n`
  }
  const end =
    kept === undefined
      ? ' Whether newer ones were cut off, only a head that was kept elsewhere tells: give it with --head.'
      : ' The head that you kept is among them.'
  return `As written: ${countText(head.sequence)}, up to ${headText(head)}.${end}\n`
}

const meaning: Record<AuditFault['kind'], string> = {
  changed: 'its content is not what was written.',
  missing: 'it, or one before it, is gone.',
  misplaced: 'it does not follow the one before it.',
  rewritten: 'it is not the entry whose head you kept.',
}
