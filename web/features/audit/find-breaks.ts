import type { AuditEntry } from '../../../src/schema/audit.ts'

/** Where a chain that is shown breaks: right below the entry `below`. */
export type Break = { below: number; sentence: string }

type Shown = Pick<AuditEntry, 'sequence' | 'previous' | 'hash'>

/**
 * Looks at entries, newest first, between which none was left out on purpose.
 * @param isEnd whether no older ones follow
 */
export function findBreaks(entries: Shown[], { isEnd }: { isEnd: boolean }): Break[] {
  return entries.flatMap((entry, index): Break[] => {
    const older = entries[index + 1]
    const sentence =
      older === undefined ? (isEnd ? missingUpTo(entry, 0) : null) : breakOf(entry, older)
    return sentence === null ? [] : [{ below: entry.sequence, sentence }]
  })
}

function breakOf(newer: Shown, older: Shown): string | null {
  const missing = missingUpTo(newer, older.sequence)
  if (missing !== null) return missing
  if (newer.previous === older.hash) return null
  return `Entry ${newer.sequence} does not follow entry ${older.sequence}: it has the hash of another one.`
}

function missingUpTo({ sequence }: Shown, last: number): string | null {
  if (sequence <= last + 1) return null
  if (sequence === last + 2) return `Entry ${last + 1} is missing here.`
  return `Entries ${last + 1} to ${sequence - 1} are missing here.`
}
