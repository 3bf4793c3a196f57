import type { ChangeRevision } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import { policyFilesOf } from './policy-files.ts'
import { personHere } from './see-forge.ts'

/** Keeps what the forge shows of a change now, and what would be merged. */
export async function look(
  host: Pick<ChangeHost, 'store' | 'changes'>,
  { change, revision }: ObservedChange,
  seen: SeenOnForge,
): Promise<void> {
  const { title, description, authorHere, head, base } = seen
  const { changes } = host.store
  // First what would be merged: what was seen last decides whether somebody has to look again.
  if (revision === null || revision.head !== head || revision.base !== base) {
    const next = await revisionOf(host, seen, revision === null ? 0 : revision.sequence + 1)
    await changes.addRevision({ ...next, change: change.id })
  }
  await changes.update(change.id, { title, description, author: authorHere })
}

async function revisionOf(
  { store, changes: { repository, settings } }: Pick<ChangeHost, 'store' | 'changes'>,
  { head, base, commits, writers, authorHere }: SeenOnForge,
  sequence: number,
): Promise<Omit<ChangeRevision, 'seenAt' | 'change'>> {
  const merged = await repository.mergeTree(base, head)
  const people = await store.people.list()
  const here = writers.map((writer) => personHere(settings, people, writer))
  const others = here.filter((person) => person !== null && person !== authorHere)
  const tree = 'tree' in merged ? merged.tree : null
  const files = tree === null ? [] : await repository.changedFiles(base, tree)
  return {
    sequence,
    head,
    base,
    tree,
    conflicts: 'tree' in merged ? [] : merged.conflicts,
    policyFiles: policyFilesOf(files, settings),
    writers: [...new Set(others.filter((person) => person !== null))].toSorted(),
    commits,
  }
}
