import { contentHash } from '../lib/content-hash.ts'
import { printable } from '../lib/printable.ts'
import type { ChangeHost } from './change-host.ts'
import { type Cleared, mergeRecord, nextMergeKey, untested } from './merge-told.ts'
import { refusalKey } from './merge-refusals.ts'
import { notificationSteps } from './notify/notification-steps.ts'
import type { ObservedChange } from './observed-change.ts'
import { recordOnce, server } from './record-once.ts'

/** Tells that everything is there that a merge takes, and on whose word, before anybody can merge it. */
export async function tellMerge(
  { store }: Pick<ChangeHost, 'store'>,
  observed: ObservedChange,
  cleared: Cleared,
): Promise<void> {
  const { id } = observed.change
  const details = mergeRecord(observed, cleared)
  await recordOnce(store, server, { action: 'change-merged', subject: id, details })
  const key = nextMergeKey(observed, cleared)
  const merging = { key, kind: 'merging' as const, person: cleared.approver, text: '' }
  await store.changes.tell({ ...merging, change: id })
}

/** Merges exactly what was tested and approved, or nothing. */
export async function mergeChange(
  host: ChangeHost,
  observed: ObservedChange,
  { approver, override }: Cleared,
): Promise<void> {
  const { store, changes } = host
  const { change, revision, gate } = observed
  if (revision === null || revision.tree === null || gate === null) throw untested()
  const { head, base, tree } = revision
  const author = await personIn(store, approver)
  const overriddenBy = override === null ? null : await personIn(store, override.person)
  const message = commitMessage({ change, gate, author, overriddenBy })
  const result = await changes.forge.merge(change.reference, { head, base, tree, message, author })
  if (result.merged) {
    await store.changes.update(change.id, { state: 'merged', mergedAs: result.commit })
    return
  }
  if (result.why !== 'refused' && result.why !== 'conflict') return
  // Checks on the forge are of commits: another change of this one may have told something else of them since.
  await store.changes.forgetChecksTold(change.id)
  const about = contentHash(result.reason).slice(0, 12)
  await refuseMerge(host, observed, { about, text: printable(result.reason) })
}

/** Each reason is told once, and each time is kept when it was tried. */
export async function refuseMerge(
  host: ChangeHost,
  observed: ObservedChange,
  { about, text }: { about: string; text: string },
): Promise<void> {
  const { change, revision } = observed
  if (revision === null) throw untested()
  const key = refusalKey(revision, about)
  const refused = { key, kind: 'merge-refused' as const, person: null, text }
  const steps = await notificationSteps(host, observed, refused)
  await host.store.changes.tellRefusal({ ...refused, change: change.id }, steps)
}

type Person = { name: string; email: string }

async function personIn(
  { people }: Pick<ChangeHost['store'], 'people'>,
  id: string,
): Promise<Person> {
  const person = await people.get(id)
  return { name: person?.name ?? id, email: person?.email ?? 'nobody@localhost' }
}

/** Of the commit: by whom it was let in, and on whose word. */
export function commitMessage({
  change,
  gate,
  author,
  overriddenBy,
}: {
  change: Pick<ObservedChange['change'], 'branch' | 'title' | 'number'>
  gate: { id: string }
  author: Person
  /** Null: the gate was passed. */
  overriddenBy: Person | null
}): string {
  const title = inOneLine(change.title)
  const why =
    overriddenBy === null
      ? `passed by the gate ${gate.id}`
      : `overridden by ${inOneLine(overriddenBy.name)} after the gate ${gate.id}`
  return [
    `Merge ${change.branch}: ${title}`,
    '',
    `Change ${change.number}, ${why}.`,
    '',
    `Approved-by: ${signature(author)}`,
    ...(overriddenBy === null ? [] : [`Proofloop-Override: ${signature(overriddenBy)}`]),
    '',
  ].join('\n')
}

/** A name has no lines of its own, or it could write trailers. */
function signature({ name, email }: Person): string {
  return `${inOneLine(name)} <${inOneLine(email)}>`
}

function inOneLine(text: string): string {
  return printable(text).replaceAll(/\s+/gu, ' ').trim()
}
