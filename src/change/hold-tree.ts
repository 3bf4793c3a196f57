import type { ChangeRevision, StoredChange } from '../schema/stored-change.ts'
import type { ChangeSource } from './change-host.ts'

/**
 * Makes what would be merged where this server's repository lacks it: another server has looked at the change, or the
 * data folder is a new one. Git gives the same tree for the same two commits.
 * @throws UserFacingError git-failed, forge-unavailable, forge-refused
 */
export async function holdTree(
  { repository, forge }: Pick<ChangeSource, 'repository' | 'forge'>,
  { reference }: Pick<StoredChange, 'reference'>,
  revision: Pick<ChangeRevision, 'base' | 'head' | 'tree'> | null,
): Promise<void> {
  if (revision === null || revision.tree === null || (await repository.has(revision.tree))) return
  const { base, head } = revision
  const hasBoth = (await repository.has(base)) && (await repository.has(head))
  // To be asked about it, a forge has its commits sent.
  if (!hasBoth) await forge.get(reference)
  await repository.mergeTree(base, head)
}
