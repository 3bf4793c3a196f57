import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { findEntry } from './list-tree.ts'
import { pathFault, requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'
import { treeOf } from './read-objects.ts'

type FileChange = { path: string; content: Uint8Array | null }

export type Signature = { name: string; email: string }

/** @returns the tree with these contents instead of its own; modes stay as they are */
async function writeTree(
  place: GitPlace,
  tree: string,
  files: readonly FileChange[],
): Promise<string> {
  const environment = { GIT_INDEX_FILE: path.join(place.scratch, `${randomUUID()}.index`) }
  await place.objects(['read-tree', requireHash(tree)], { environment })
  const lines: string[] = []
  for (const file of files) lines.push(await indexLine(place, tree, file))
  await place.objects(['update-index', '-z', '--index-info'], {
    environment,
    input: lines.join(''),
  })
  return hashIn((await place.objects(['write-tree'], { environment })).stdout)
}

async function indexLine(
  place: GitPlace,
  tree: string,
  { path: name, content }: FileChange,
): Promise<string> {
  const fault = pathFault(name)
  if (fault !== null) {
    throw new UserFacingError('path-invalid', `${printable(name)} ${fault}. Take another name.`)
  }
  if (content === null) return `0 ${requireHash(tree).replaceAll(/./g, '0')}\t${name}\0`
  const known = await findEntry(place, tree, name)
  const mode = known?.mode === '100755' ? '100755' : '100644'
  return `${mode} ${await writeBlob(place, content)}\t${name}\0`
}

export async function writeBlob(
  { objects }: Pick<GitPlace, 'objects'>,
  content: Uint8Array | string,
): Promise<string> {
  const { stdout } = await objects(['hash-object', '-w', '--stdin'], { input: content })
  return hashIn(stdout)
}

/** By Proofloop, in the name of an author. */
export async function writeCommit(
  { objects }: Pick<GitPlace, 'objects'>,
  commit: { tree: string; parents: readonly string[]; message: string; author?: Signature },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', requireHash(parent)])
  const { author } = commit
  const { stdout } = await objects(['commit-tree', requireHash(commit.tree), ...parents], {
    input: commit.message,
    environment:
      author === undefined
        ? {}
        : {
            GIT_AUTHOR_NAME: plainName(author.name),
            GIT_AUTHOR_EMAIL: plainName(author.email),
          },
  })
  return hashIn(stdout)
}

/** Git takes out more itself, and refuses a name of which nothing is left. */
function plainName(text: string): string {
  return printable(text).replaceAll(/[<>]/g, '').trim() || 'somebody'
}

function hashIn(output: Buffer): string {
  return requireHash(output.toString('latin1').trim())
}

type BranchChange = {
  branch: string
  base: string
  files: readonly FileChange[]
  message: string
  author: Signature
}

/** @returns what the branch is to become, of what it is now */
export async function nextCommit(
  place: GitPlace,
  { base, files, message, author }: BranchChange,
  now: string | null,
): Promise<string> {
  const parent = now ?? requireHash(base)
  const before = await treeOf(place, parent)
  if (before === null) throw new UserFacingError('git-failed', `The repository lacks ${parent}.`)
  const tree = await writeTree(place, before, files)
  // Nothing else than there is already, perhaps from before a crash.
  if (tree === before) return parent
  return writeCommit(place, { tree, parents: [parent], message, author })
}
