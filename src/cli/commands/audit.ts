import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import type { AuditFault, AuditHead, AuditVerdict } from '../../schema/audit.ts'
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

/** Reads the whole log. @returns 1 when an entry is not as it was written */
export async function verifyAudit(options: VerifyOptions, io: Io): Promise<number> {
  const kept = options.head === undefined ? undefined : readHead(options.head)
  await using store = await openLog(options, io)
  const verdict = await store.audit.verify(kept)
  io.stdout.write(options.json ? `${JSON.stringify(verdict)}\n` : verdictText(verdict, kept))
  return verdict.fault === null ? 0 : 1
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

function verdictText({ head, fault }: AuditVerdict, kept?: AuditHead): string {
  if (fault !== null) {
    return `NOT AS WRITTEN at entry ${fault.sequence} (${fault.kind}): ${meaning[fault.kind]}\nUp to ${headText(head)} it is.\n`
  }
  const entries = `${head.sequence.toLocaleString('en')} ${head.sequence === 1 ? 'entry' : 'entries'}`
  const end =
    kept === undefined
      ? ' Whether newer ones were cut off, only a head that was kept elsewhere tells: give it with --head.'
      : ' The head that you kept is among them.'
  return `As written: ${entries}, up to ${headText(head)}.${end}\n`
}

const meaning: Record<AuditFault['kind'], string> = {
  changed: 'its content is not what was written.',
  missing: 'it, or one before it, is gone.',
  misplaced: 'it does not follow the one before it.',
  rewritten: 'it is not the entry whose head you kept.',
}
