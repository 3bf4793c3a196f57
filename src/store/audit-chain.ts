import { canonicalJson, contentHash } from '../lib/content-hash.ts'
import type {
  AuditEntry,
  AuditEvent,
  AuditFault,
  AuditHead,
  AuditVerdict,
} from '../schema/audit.ts'

/** Before the first entry. */
export const emptyChain: AuditHead = { sequence: 0, hash: '0'.repeat(64) }

/** The entries that follow `head`. */
export function extendChain(head: AuditHead, events: AuditEvent[], at: number): AuditEntry[] {
  let { sequence, hash } = head
  return events.map(({ details, ...event }) => {
    sequence += 1
    const content = { ...event, sequence, at, details: canonicalJson(details), previous: hash }
    hash = hashOf(content)
    return { ...content, hash }
  })
}

type Followed = Pick<AuditVerdict, 'head' | 'fault'>

/**
 * Looks at entries, oldest first, until one is not as it was written.
 * @param kept as in `followChain`: that it is among them is looked at, too
 * @param start what they follow; what comes before is taken as it is
 */
export async function verifyChain(
  batches: AsyncIterable<AuditEntry[]>,
  { kept = null, start = emptyChain }: { kept?: AuditHead | null; start?: AuditHead },
): Promise<AuditVerdict> {
  const from = start.sequence + 1
  let followed: Followed = { head: start, fault: null }
  for await (const entries of batches) {
    followed = followChain(followed.head, entries, kept)
    if (followed.fault !== null) return { from, ...followed }
  }
  const { head } = followed
  if (kept === null || kept.sequence <= head.sequence) return { from, ...followed }
  return { from, head, fault: { sequence: head.sequence + 1, kind: 'missing' } }
}

/**
 * Looks at entries that should follow `head`, up to the first that is not as it was written.
 * @param kept an entry that somebody kept elsewhere: without it nobody can tell an end that was cut
 * off, or a chain that was made anew
 */
function followChain(
  head: AuditHead,
  entries: AuditEntry[],
  kept: AuditHead | null = null,
): Followed {
  let last = head
  for (const entry of entries) {
    const kind = faultOf(last, entry, kept)
    if (kind !== null) return { head: last, fault: { sequence: entry.sequence, kind } }
    last = { sequence: entry.sequence, hash: entry.hash }
  }
  return { head: last, fault: null }
}

function faultOf(
  last: AuditHead,
  entry: AuditEntry,
  kept: AuditHead | null,
): AuditFault['kind'] | null {
  if (entry.sequence !== last.sequence + 1) return 'missing'
  if (entry.previous !== last.hash) return 'misplaced'
  if (entry.hash !== hashOf(entry)) return 'changed'
  return entry.sequence === kept?.sequence && entry.hash !== kept.hash ? 'rewritten' : null
}

/** Of what is kept, as it is kept: nothing is parsed that somebody may have forged. */
function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { previous, sequence, at, actor, action, subject, details } = entry
  return contentHash([previous, sequence, at, actor, action, subject, details])
}
