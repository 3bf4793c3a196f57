import { requireHash } from '../../git/names.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import { readCommit } from '../../git/read-objects.ts'

async function isAncestor(
  { objects }: Pick<GitPlace, 'objects'>,
  older: string,
  newer: string,
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', requireHash(older), requireHash(newer)]
  const { code } = await objects(args, { answers: [0, 1] })
  return code === 0
}

/**
 * The commit by which the protected branch got `head`: the oldest of those that it pointed to one after the
 * other that has it. `base` is where it is now, and has it.
 */
export async function findMerge(place: GitPlace, head: string, base: string): Promise<string> {
  const args = ['rev-list', '--first-parent', requireHash(base)]
  const { stdout } = await place.objects(args)
  const line = stdout.toString('latin1').trim().split('\n')
  let has = 0
  let hasNot = line.length
  while (hasNot - has > 1) {
    const middle = Math.floor((has + hasNot) / 2)
    if (await isAncestor(place, head, line[middle] ?? base)) has = middle
    else hasNot = middle
  }
  return line[has] ?? base
}

/** Whether a commit is the merge of exactly these two, with exactly this tree. */
export async function isMergeOf(
  place: Pick<GitPlace, 'reader'>,
  commit: string,
  { base, head, tree }: { base: string; head: string; tree: string },
): Promise<boolean> {
  const found = await readCommit(place, commit)
  return found?.tree === tree && found.parents.join(' ') === `${base} ${head}`
}
