import type { ChangeRevision } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import { policyFilesOf } from './policy-files.ts'
import { isLookedThrough, testedOnHead } from './untested-merge.ts'
import { writersHere } from './writers-here.ts'

/** Keeps what the forge shows of a change now, and what would be merged. */
export async function look(
  host: Pick<ChangeHost, 'store' | 'changes'>,
  observed: ObservedChange,
  seen: SeenOnForge,
): Promise<void> {
  const { change } = observed
  const { title, description, authorHere } = seen
  const isQueued = seen.queued !== undefined
  const { changes } = host.store
  // First what would be merged: what was seen last decides whether somebody has to look again.
  if (!isLookedThrough(observed, seen)) {
    await changes.addRevision(await revisionOf(host, observed, seen))
  }
  await changes.update(change.id, { title, description, author: authorHere, isQueued })
}

async function revisionOf(
  host: Pick<ChangeHost, 'store' | 'changes'>,
  { change: { id: change }, revision: before, functionalBy }: ObservedChange,
  { head, base, commits, writers, writerAddresses, authorHere }: SeenOnForge,
): Promise<Omit<ChangeRevision, 'seenAt'>> {
  const { repository, settings } = host.changes
  const merged = await repository.mergeTree(base, head)
  const people = await host.store.people.list()
  const writtenBy = { people: writers, addresses: writerAddresses }
  const here = writersHere(settings, people, writtenBy)
  const tree = 'tree' in merged ? merged.tree : null
  const files = tree === null ? [] : await repository.changedFiles(base, tree)
  return {
    change,
    sequence: before === null ? 0 : before.sequence + 1,
    head,
    base,
    tree,
    testedOn: functionalBy === 'forge' ? await testedOnHead(repository, { head, base }) : null,
    conflicts: 'tree' in merged ? [] : merged.conflicts,
    policyFiles: await policyFilesOf(files, settings),
    writers: here.filter((person) => person !== authorHere),
    writtenBy,
    commits,
  }
}
