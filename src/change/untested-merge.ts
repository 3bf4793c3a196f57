import type { ChangeRevision } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import type { ObservedChange } from './observed-change.ts'

/**
 * The tree that the forge's own runners test with a head: its own where it has all of the protected branch, and
 * otherwise what a merge gave when it was first seen. They do not run again when the protected branch moves.
 * @returns null: the two could not be merged then, and so nothing was run
 */
export async function treeOfRunners(
  { store, changes: { repository } }: Pick<ChangeHost, 'store' | 'changes'>,
  change: string,
  { head, tree }: { head: string; tree: string },
): Promise<string | null> {
  const added = await repository.changedFiles(head, tree)
  if (added.length === 0) return tree
  const first = await store.changes.firstOf(change, head)
  return first === null ? tree : first.testedTree
}

/** Whether nobody has tested what would be merged, nor will: the protected branch has moved since its runners ran. */
export function isUntested(
  { testsMerges }: Pick<ObservedChange, 'testsMerges'>,
  { tree, testedTree }: ChangeRevision,
): boolean {
  return !testsMerges && tree !== null && tree !== testedTree
}
