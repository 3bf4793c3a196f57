import { contentHash } from '../lib/content-hash.ts'
import { printable } from '../lib/printable.ts'
import type { ChangeDecision } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import { mergingKey } from './decide-merged.ts'
import type { ObservedChange } from './observed-change.ts'
import { recordOnce, server } from './record-once.ts'

type Cleared = { approver: string; override: ChangeDecision | null }

/** Merges exactly what was tested and approved, or nothing. */
export async function mergeChange(
  { store, changes: { forge }, now }: Pick<ChangeHost, 'store' | 'changes' | 'now'>,
  { change, revision, gate }: ObservedChange,
  { approver, override }: Cleared,
): Promise<void> {
  if (revision === null || revision.tree === null || gate === null) {
    throw new Error('A change is merged of which nothing was tested.')
  }
  const { head, base, tree } = revision
  const details = { tree, gate: gate.id, approver, overridden: override !== null }
  await recordOnce(store, server, { action: 'change-merged', subject: change.id, details })
  // Told before it is done: what is merged without it was merged by somebody else.
  const merging = { key: mergingKey(revision), kind: 'merging' as const, person: approver }
  await store.changes.tell({ ...merging, change: change.id, text: '' })
  const person = await store.people.get(approver)
  const author = { name: person?.name ?? approver, email: person?.email ?? 'nobody@localhost' }
  const message = messageOf({ change, gate, author })
  const result = await forge.merge(change.reference, { head, base, tree, message, author })
  if (result.merged) {
    await store.changes.update(change.id, { state: 'merged', mergedAs: result.commit })
    return
  }
  if (result.why !== 'refused' && result.why !== 'conflict') return
  const at = Math.floor(now() / 60_000)
  const reason = contentHash(result.reason).slice(0, 12)
  await store.changes.tell({
    change: change.id,
    key: `refused-merge:${head}:${base}:${reason}:${at}`,
    kind: 'merge-refused',
    person: null,
    text: printable(result.reason),
  })
}

function messageOf({
  change,
  gate,
  author,
}: Pick<ObservedChange, 'change'> & {
  gate: { id: string }
  author: { name: string; email: string }
}): string {
  const title = printable(change.title).replaceAll(/\s+/gu, ' ').trim()
  return [
    `Merge ${change.branch}: ${title}`,
    '',
    `Change ${change.number}, passed by the gate ${gate.id}.`,
    '',
    `Approved-by: ${author.name} <${author.email}>`,
    '',
  ].join('\n')
}
