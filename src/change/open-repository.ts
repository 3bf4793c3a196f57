import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { changedFiles } from './git/changed-files.ts'
import { checkOut } from './git/check-out.ts'
import { nextCommit } from './git/commit-files.ts'
import { listCommits } from './git/list-commits.ts'
import { filesIn, findEntry, splitAtNull } from './git/list-tree.ts'
import { moveRefs } from './git/move-refs.ts'
import { branchRef, isBranchName, pathFault, requireHash } from './git/names.ts'
import { type GitPlace, openGitPlace } from './git/open-git-place.ts'
import { readObjects, treeOf } from './git/read-objects.ts'
import type { MergeTree, Repository } from './repository.ts'

const checkOutLimits = { files: 20_000, bytes: 512 * 2 ** 20 }

/** @throws UserFacingError repository-missing, git-missing, git-too-old */
export async function openRepository(
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Repository & AsyncDisposable> {
  const place = await openGitPlace(folder, { signal })
  return {
    ...repositoryIn(place),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

/** For forges that do more with the same place. */
export function repositoryIn(place: GitPlace): Repository {
  return {
    commitOf: (branch) => commitOf(place, branch),
    has: async (hash) => (await treeOf(place, hash)) !== null,
    mergeTree: (base, head) => mergeTree(place, base, head),
    changedFiles: (from, to) => changedFiles(place, from, to),
    commits: (base, head, most) => listCommits(place, { base, head, most }),
    readFile: (tree, path, most) => readFile(place, { tree, path, most }),
    filesIn: async (tree, folder) =>
      pathFault(folder) === null ? filesIn(place, tree, folder) : [],
    checkOut: (tree, folder) => checkOut(place, { tree, folder, limits: checkOutLimits }),
    async commitFiles(change) {
      const ref = branchRef(change.branch)
      const now = await commitOf(place, change.branch)
      const next = await nextCommit(place, change, now)
      if (next === now) return next
      const isMoved = await moveRefs(place, [{ ref, from: now, to: next }], 'Proofloop: edited')
      if (isMoved) return next
      throw new UserFacingError(
        'branch-moved',
        `Somebody else has just changed ${printable(change.branch)}. Look at it again.`,
      )
    },
  }
}

async function commitOf({ refs }: GitPlace, branch: string): Promise<string | null> {
  if (!isBranchName(branch)) return null
  const args = ['rev-parse', '--verify', '--quiet', `${branchRef(branch)}^{commit}`]
  const { code, stdout } = await refs(args, { answers: [0, 1] })
  return code === 0 ? requireHash(stdout.toString('latin1').trim()) : null
}

/** Of histories that have nothing in common, as if both had begun with nothing. */
async function mergeTree({ objects }: GitPlace, base: string, head: string): Promise<MergeTree> {
  const how = ['--write-tree', '-z', '--name-only', '--no-messages', '--allow-unrelated-histories']
  const args = ['merge-tree', ...how, requireHash(base), requireHash(head)]
  const { code, stdout } = await objects(args, { answers: [0, 1] })
  const [tree = '', ...conflicts] = splitAtNull(stdout).map((field) => field.toString('utf8'))
  // It answers 1 also when there is no such commit, and then says no tree.
  if (tree === '')
    throw new UserFacingError('git-failed', `The repository lacks ${base} or ${head}.`)
  return code === 0 ? { tree: requireHash(tree) } : { conflicts: [...new Set(conflicts)] }
}

async function readFile(
  place: GitPlace,
  { tree, path, most }: { tree: string; path: string; most: number },
): Promise<Uint8Array | null> {
  if (pathFault(path) !== null) return null
  const entry = await findEntry(place, tree, path)
  if (entry === null || !entry.mode.startsWith('100')) return null
  const [found] = await readObjects(place, [entry.hash], most)
  return found?.kind === 'blob' ? found.content : null
}
